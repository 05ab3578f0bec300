import type { Data } from '@wse/protocol'
import type {
  Backplane,
  BackplaneHandlers,
  BackplaneState,
  Gap,
  HistoryRead,
  Incoming,
  NodeId,
  Position,
  PublishResult,
  PublishSetup,
  Receipt,
  Subject,
} from '@wse/protocol/backplane'
import { ok } from '../assert.js'

/** Waits until something holds, or fails by saying what does not. */
export type Until = (condition: () => boolean, what: string) => Promise<void>

/** Keeps what it is told of what was published. */
export class Results implements Receipt {
  readonly all: PublishResult[] = []

  settle(result: PublishResult): void {
    this.all.push(result)
  }
}

/** Owns a node for a case: keeps everything it tells, and lets the case wait for it. */
export class NodeWatch implements BackplaneHandlers {
  readonly backplane: Backplane
  readonly messages: Incoming[] = []
  readonly news: (readonly [id: NodeId, became: 'up' | 'down'])[] = []
  readonly states: BackplaneState[] = []
  readonly gaps: Gap[] = []
  readonly errors: unknown[] = []
  /** Everything that was told, by kind and in order. */
  readonly order: ('message' | 'node' | 'state' | 'gap' | 'failed')[] = []
  /** Runs inside `incoming`. */
  react: (message: Incoming) => void = () => {}
  readonly until: Until

  constructor(backplane: Backplane, until: Until) {
    this.backplane = backplane
    this.until = until
  }

  /** Its id. */
  get id(): NodeId {
    return this.backplane.node
  }

  /** Bodies that arrived. */
  get bodies(): Data[] {
    return this.messages.map(({ body }) => body)
  }

  incoming(message: Incoming): void {
    this.order.push('message')
    this.messages.push(message)
    this.react(message)
  }

  node(id: NodeId, became: 'up' | 'down'): void {
    this.order.push('node')
    this.news.push([id, became])
  }

  state(state: BackplaneState): void {
    this.order.push('state')
    this.states.push(state)
  }

  gap(gap: Gap): void {
    this.order.push('gap')
    this.gaps.push(gap)
  }

  failed(error: unknown): void {
    this.order.push('failed')
    this.errors.push(error)
  }

  /** Bodies that arrived on a subject. */
  on(subject: Subject): Data[] {
    return this.messages.filter((message) => message.subject === subject).map(({ body }) => body)
  }

  /** How often it was told that a node has come, or is gone. */
  told(id: NodeId, became: 'up' | 'down'): number {
    return this.news.filter((one) => one[0] === id && one[1] === became).length
  }

  /** Resolves once `count` messages have arrived. */
  got(count: number): Promise<void> {
    return this.until(() => this.messages.length >= count, `${count} messages arrive`)
  }

  /** Publishes, and resolves with what became of it. */
  async publish(subject: Subject, body: Data, setup?: PublishSetup): Promise<PublishResult> {
    const results = new Results()
    this.backplane.publish(subject, body, setup, results)
    await this.until(() => results.all.length > 0, `what was published on ${subject} is settled`)
    return results.all[0] as PublishResult
  }

  /** Publishes something that goes out. */
  async give(subject: Subject, body: Data, setup?: PublishSetup): Promise<Extract<PublishResult, { ok: true }>> {
    const result = await this.publish(subject, body, setup)
    ok(result.ok, `publishing on ${subject} failed: ${JSON.stringify(result)}`)
    return result
  }

  /** Publishes something that is kept, and resolves with where it stands. */
  async keep(subject: Subject, body: Data, setup: PublishSetup): Promise<Position> {
    const { position } = await this.give(subject, body, setup)
    ok(position !== undefined, 'there is no position of what was published with a history')
    return position
  }

  /** Reads a history that there is. */
  async read(subject: Subject, since: Position | null): Promise<HistoryRead> {
    const read = await this.backplane.history(subject, since)
    ok(read !== null, `the history of ${subject} cannot be told`)
    return read
  }
}
