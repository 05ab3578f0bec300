import { type AbortSignalLike, type Clock, type Data, type Payload, type Timer, WSE_ERROR } from '@wse/protocol'
import { type NodeId, nodeSubject, type Receipt, type Subject } from '@wse/protocol/backplane'
import { createId, fromWire, onAbort, toWire, toWseError, type WireError } from '@wse/protocol/internal'
import type { NodeAnswer, NodeAnswers } from './answers.js'
import { Ask } from './ask.js'
import { LETTER, type Letter } from './letter.js'
import { Unsent } from './unsent.js'
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

/** What asking needs. */
export interface AskParts {
  readonly node: NodeId
  readonly clock: Clock
  readonly values: Values
  write(subject: Subject, kind: typeof LETTER.ASK, about: AskAbout, parts: readonly Data[], receipt?: Receipt): void
  write(subject: Subject, kind: typeof LETTER.ANSWER, about: object, parts: readonly Data[], receipt?: Receipt): void
  write(subject: Subject, kind: typeof LETTER.CANCEL, about: { id: string }, parts: readonly Data[]): void
  /** Whether this node is attached to a subject. */
  hears(subject: Subject): boolean
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

/** A question of another node that is being answered. */
interface Running {
  readonly from: NodeId
  readonly controller: AbortController
}

/** How something is asked. */
export interface AskOptions {
  /** Milliseconds after which nobody is waited for. Required. */
  readonly timeout: number
  /** Each of them gives it up. @default none */
  readonly signals?: readonly AbortSignalLike[] | undefined
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
  readonly #running = new Map<string, Running>()
  /** Answers that did not get away. */
  readonly #unsent: Unsent

  constructor(parts: AskParts) {
    this.#parts = parts
    this.#unsent = new Unsent((...answer) => this.#write(...answer))
  }

  /** Questions asked, and being answered. */
  get size(): number {
    return this.#open.size + this.#running.size + this.#unsent.size
  }

  /** Asks all nodes attached to a subject but this one. Never rejects. @throws {WseError} what cannot be encoded */
  ask(subject: Subject, question: string, about: Payload, options: AskOptions): Promise<NodeAnswers> {
    // Before anything is promised: whoever only sends waits for no answer, and would not see that it is rejected.
    const part = this.#parts.values.write(about)
    return this.#ask(subject, question, part, options).then(({ result }) => result)
  }

  /**
   * Asks one node.
   *
   * @throws {WseError} (by rejection) what it answers; `RP_DISCONNECT` where it is gone or cannot be reached, `RP_TIMEOUT`,
   * `RP_CANCELLED`, each with its certainty; what cannot be encoded
   */
  async askNode(node: NodeId, question: string, about: Payload, options: AskOptions): Promise<NodeAnswer> {
    const part = this.#parts.values.write(about)
    return (await this.#ask(nodeSubject(node), question, part, options)).only(node)
  }

  /** A letter of these arrived. */
  take({ kind, about, parts }: Letter, subject: Subject, from: NodeId): void {
    if (kind === LETTER.ANSWER) return this.#answered(about as AnswerAbout, parts, from)
    if (kind === LETTER.CANCEL) return this.#running.get((about as AskAbout).id)?.controller.abort()
    const { id, question } = about as AskAbout
    // Its own question, which shows that it was counted among those who were asked.
    if (from === this.#parts.node) return this.#open.get(id)?.self()
    void this.#answer(id, parts, { question, subject, from })
  }

  /** A node is gone: nobody waits for it, and it waits for nothing. `nodes`: those that are here. */
  gone(node: NodeId, nodes: ReadonlySet<NodeId>): void {
    const others = [...nodes].filter((other) => other !== this.#parts.node)
    for (const { from, controller } of this.#running.values()) if (from === node) controller.abort()
    this.#unsent.gone(node)
    for (const ask of [...this.#open.values()]) ask.gone(node, others)
  }

  /** Letters to this node may have been missed, and others may not have got away: what waits for one would wait for ever. */
  gap(): void {
    for (const ask of [...this.#open.values()]) ask.end('lost')
    this.#unsent.again()
  }

  /** Nobody waits for anything any more. */
  clear(): void {
    for (const ask of [...this.#open.values()]) ask.end('lost')
    for (const { controller } of this.#running.values()) controller.abort()
    this.#running.clear()
    this.#unsent.clear()
  }

  #ask(
    subject: Subject,
    question: string,
    part: Data,
    { timeout, signals = [], frames = [], name = question }: AskOptions,
  ): Promise<Ask> {
    const { clock } = this.#parts
    const id = createId(clock)
    return new Promise((resolve) => {
      let watched: readonly (() => void)[] = []
      let timer: Timer | null = null
      const over = () => {
        this.#open.delete(id)
        clock.clearTimer(timer)
        for (const release of watched) release()
        resolve(ask)
      }
      const ask = new Ask(subject, name, this.#parts.hears(subject), over)
      const giveUp = (why: 'timeout' | 'cancelled') => {
        this.#parts.write(subject, LETTER.CANCEL, { id }, [])
        ask.end(why)
      }
      const cancel = () => giveUp('cancelled')
      if (signals.some(({ aborted }) => aborted)) return ask.end('cancelled')
      timer = clock.setTimer(() => giveUp('timeout'), timeout)
      watched = signals.map((signal) => onAbort(signal, cancel))
      this.#open.set(id, ask)
      this.#parts.write(subject, LETTER.ASK, { id, question }, [part, ...frames], ask)
    })
  }

  #answered({ id, error }: AnswerAbout, [part, ...frames]: readonly Data[], node: NodeId): void {
    const ask = this.#open.get(id)
    if (ask === undefined) return
    if (error !== undefined) return ask.failed({ node, error: fromWire(error, ask.name) })
    ask.answered({ node, value: part === undefined ? undefined : this.#parts.values.read(part), frames })
  }

  async #answer(
    id: string,
    [part, ...frames]: readonly Data[],
    asked: Pick<NodeQuestion, 'question' | 'subject' | 'from'>,
  ): Promise<void> {
    const { values, answer, clock } = this.#parts
    const controller = new AbortController()
    this.#running.set(id, { from: asked.from, controller })
    try {
      const about = part === undefined ? undefined : values.read(part)
      const answered = await answer({ ...asked, about, frames, signal: controller.signal })
      const { value, frames: beside } = answered instanceof Framed ? answered : { value: answered, frames: [] }
      this.#write(asked.from, { id }, [values.write(value), ...beside])
    } catch (thrown) {
      const error = toWire(toWseError(thrown, WSE_ERROR.RP_EXECUTION_FAILED), createId(clock))
      this.#write(asked.from, { id, error }, [])
    } finally {
      this.#running.delete(id)
    }
  }

  #write(to: NodeId, about: object, parts: readonly Data[]): void {
    const receipt = this.#unsent.receipt(to, about, parts)
    this.#parts.write(nodeSubject(to), LETTER.ANSWER, about, parts, receipt)
  }
}
