import { type Clock, type Data, type Payload, type Timer, WSE_ERROR, WseError } from '@wse/protocol'
import { type NodeId, nodeSubject, type PublishResult, type Receipt, type Subject } from '@wse/protocol/backplane'
import { createId, fromWire, toWire, toWseError, type WireError } from '@wse/protocol/internal'
import { LETTER, type Letter } from './letter.js'
import type { Values } from './values.js'

/** What another node asks. */
export interface NodeQuestion {
  readonly question: string
  readonly about: Payload
  /** Frames that go with it. */
  readonly frames: readonly Data[]
  /** Whom it is asked of. */
  readonly subject: Subject
  readonly from: NodeId
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** An answer with frames beside it. */
export class Framed {
  readonly value: Payload
  readonly frames: readonly Data[]

  constructor(value: Payload, frames: readonly Data[]) {
    this.value = value
    this.frames = frames
  }
}

/** Answers what other nodes ask, with a value, or {@link Framed}. May throw, or reject. */
export type AnswersNodes = (question: NodeQuestion) => unknown

/** What one node has answered. */
export interface NodeAnswer {
  readonly node: NodeId
  readonly value: Payload
  readonly frames: readonly Data[]
}

/** What nodes have answered. */
export interface NodeAnswers {
  readonly answers: readonly NodeAnswer[]
  readonly failures: readonly { readonly node: NodeId; readonly error: WseError }[]
  /** Nodes that were asked, and have not answered in time, or died. */
  readonly missing: number
}

/** What asking needs. */
export interface AskParts {
  readonly node: NodeId
  readonly clock: Clock
  readonly values: Values
  write(subject: Subject, kind: typeof LETTER.ASK, about: AskAbout, parts: readonly Data[], receipt?: Receipt): void
  write(subject: Subject, kind: typeof LETTER.ANSWER, about: AnswerAbout, parts: readonly Data[]): void
  write(subject: Subject, kind: typeof LETTER.CANCEL, about: { id: string }, parts: readonly Data[]): void
  readonly answer: AnswersNodes
}

interface AskAbout {
  readonly id: string
  readonly question: string
}

interface AnswerAbout {
  readonly id: string
  readonly error?: WireError
}

/** How something is asked. */
export interface AskOptions {
  /** Milliseconds after which nobody is waited for. */
  readonly timeout: number
  /** Gives it up. @default none */
  readonly signal?: AbortSignal | undefined
  /** Frames that go with it. @default none */
  readonly frames?: readonly Data[] | undefined
  /** By what it is called in errors. @default the question */
  readonly name?: string | undefined
}

/**
 * Asks other nodes, and answers them. Asked are all that are attached to a subject: how many those are, the engine says.
 * Who does not answer is missing; it is no error.
 */
export class Asks {
  readonly #parts: AskParts
  readonly #open = new Map<string, Ask>()
  /** What others have asked, and is being answered. */
  readonly #running = new Map<string, AbortController>()

  constructor(parts: AskParts) {
    this.#parts = parts
  }

  /** Questions asked, and being answered. */
  get size(): number {
    return this.#open.size + this.#running.size
  }

  /** Asks all nodes attached to a subject but this one. Never rejects. */
  ask(
    subject: Subject,
    question: string,
    about: Payload,
    { timeout, signal, frames = [], name = question }: AskOptions,
  ): Promise<NodeAnswers> {
    const { clock, values } = this.#parts
    const id = createId(clock)
    return new Promise((resolve) => {
      const over = () => {
        this.#open.delete(id)
        clock.clearTimer(timer)
        signal?.removeEventListener('abort', giveUp)
        resolve(ask.result)
      }
      const ask = new Ask(subject, name, over)
      const giveUp = () => {
        this.#parts.write(subject, LETTER.CANCEL, { id }, [])
        ask.settleNow()
      }
      const timer: Timer = clock.setTimer(giveUp, timeout)
      signal?.addEventListener('abort', giveUp)
      this.#open.set(id, ask)
      this.#parts.write(subject, LETTER.ASK, { id, question }, [values.write(about), ...frames], ask)
    })
  }

  /** Asks one node. @throws {WseError} (by rejection) `RP_DISCONNECT` where it is gone, `RP_TIMEOUT`, and what it answers */
  async askNode(node: NodeId, question: string, about: Payload, options: AskOptions): Promise<NodeAnswer> {
    const { answers, failures } = await this.ask(nodeSubject(node), question, about, options)
    const [answer] = answers
    const [failure] = failures
    if (answer !== undefined) return answer
    throw failure?.error ?? new WseError(WSE_ERROR.RP_DISCONNECT, { node, certainty: 'unknown' })
  }

  /** A letter of these arrived. */
  take({ kind, about, parts }: Letter, subject: Subject, from: NodeId): void {
    if (kind === LETTER.ANSWER) return this.#answered(about as AnswerAbout, parts, from)
    if (kind === LETTER.CANCEL) return this.#running.get((about as AskAbout).id)?.abort()
    const { id, question } = about as AskAbout
    // Its own question, which shows that it was counted among those who were asked.
    if (from === this.#parts.node) return this.#open.get(id)?.self()
    void this.#answer(id, parts, { question, subject, from })
  }

  /** A node is gone: nobody waits for it. */
  gone(node: NodeId): void {
    for (const ask of [...this.#open.values()]) ask.gone(node)
  }

  /** Nobody waits for anything any more. */
  clear(): void {
    for (const ask of [...this.#open.values()]) ask.settleNow()
    for (const running of this.#running.values()) running.abort()
    this.#running.clear()
  }

  #answered({ id, error }: AnswerAbout, [part, ...frames]: readonly Data[], node: NodeId): void {
    const ask = this.#open.get(id)
    if (ask === undefined) return
    if (error !== undefined) return ask.failed(node, fromWire(error, ask.name))
    ask.answered({ node, value: part === undefined ? undefined : this.#parts.values.read(part), frames })
  }

  async #answer(
    id: string,
    [part, ...frames]: readonly Data[],
    asked: Pick<NodeQuestion, 'question' | 'subject' | 'from'>,
  ): Promise<void> {
    const { values, answer, clock } = this.#parts
    const running = new AbortController()
    this.#running.set(id, running)
    const to = nodeSubject(asked.from)
    try {
      const about = part === undefined ? undefined : values.read(part)
      const answered = await answer({ ...asked, about, frames, signal: running.signal })
      const { value, frames: beside } = answered instanceof Framed ? answered : { value: answered, frames: [] }
      this.#parts.write(to, LETTER.ANSWER, { id }, [values.write(value), ...beside])
    } catch (thrown) {
      const error = toWire(toWseError(thrown, WSE_ERROR.RP_EXECUTION_FAILED), createId(clock))
      this.#parts.write(to, LETTER.ANSWER, { id, error }, [])
    } finally {
      this.#running.delete(id)
    }
  }
}

/** One question, until all have answered. */
class Ask implements Receipt {
  readonly name: string
  readonly #subject: Subject
  readonly #over: () => void
  readonly #answers: NodeAnswer[] = []
  readonly #failures: { node: NodeId; error: WseError }[] = []
  /** How many were asked; null until the engine has said so. */
  #expected: number | null = null
  #self = 0
  #isOver = false

  constructor(subject: Subject, name: string, over: () => void) {
    this.#subject = subject
    this.name = name
    this.#over = over
  }

  get result(): NodeAnswers {
    const missing = Math.max(0, (this.#expected ?? 0) - this.#came)
    return { answers: this.#answers, failures: this.#failures, missing }
  }

  settle(result: PublishResult): void {
    this.#expected = result.ok ? result.receivers : 0
    this.#look()
  }

  /** This node was among those who were asked. */
  self(): void {
    this.#self = 1
    this.#look()
  }

  answered(answer: NodeAnswer): void {
    this.#answers.push(answer)
    this.#look()
  }

  failed(node: NodeId, error: WseError): void {
    this.#failures.push({ node, error })
    this.#look()
  }

  gone(node: NodeId): void {
    if (this.#subject === nodeSubject(node)) this.settleNow()
  }

  settleNow(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#over()
  }

  get #came(): number {
    return this.#self + this.#answers.length + this.#failures.length
  }

  #look(): void {
    if (this.#expected !== null && this.#came >= this.#expected) this.settleNow()
  }
}
