import type { Backplane, BackplaneHandlers, Gap, Incoming, PublishResult, Receipt } from '../backplane.js'

/** Keeps all that a node tells, and all of it in order as a line each. */
export class Recorder implements BackplaneHandlers {
  readonly messages: Incoming[] = []
  readonly gaps: Gap[] = []
  readonly errors: unknown[] = []
  readonly lines: string[] = []
  /** Runs inside `incoming`. */
  react: (message: Incoming) => void = () => {}

  incoming(message: Incoming): void {
    this.messages.push(message)
    this.lines.push(`${message.subject}: ${String(message.body)}`)
    this.react(message)
  }

  node(id: string, became: 'up' | 'down'): void {
    this.lines.push(`${id} ${became}`)
  }

  state(state: string): void {
    this.lines.push(state)
  }

  gap(gap: Gap): void {
    this.gaps.push(gap)
    this.lines.push('gap')
  }

  failed(error: unknown): void {
    this.errors.push(error)
  }

  /** Bodies that arrived. */
  get bodies(): unknown[] {
    return this.messages.map(({ body }) => body)
  }

  /** All lines since this was read last. */
  take(): string[] {
    return this.lines.splice(0)
  }
}

/** Keeps what it is told. */
export class Results implements Receipt {
  readonly results: PublishResult[] = []

  settle(result: PublishResult): void {
    this.results.push(result)
  }
}

/** A node that is up, attached to these. */
export async function begun(backplane: Backplane, subjects: readonly string[] = []): Promise<Recorder> {
  const recorder = new Recorder()
  await backplane.start(recorder)
  if (subjects.length > 0) await backplane.attach(subjects)
  return recorder
}
