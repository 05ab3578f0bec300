import { WSE_ERROR, WseError } from '@wse/protocol'
import { type NodeId, nodeSubject, type PublishResult, type Receipt, type Subject } from '@wse/protocol/backplane'
import type { NodeAnswer, NodeAnswers, NodeFailure } from './answers.js'

/** Why nobody waits for a question any more. */
export type AskEnd =
  /** All have answered who were asked. */
  | 'answered'
  /** Certainly nobody has heard it. */
  | 'unheard'
  /** Who was asked is gone, or what it answered may be lost. */
  | 'lost'
  | 'timeout'
  | 'cancelled'

/** One question, until all have answered. */
export class Ask implements Receipt {
  /** By what it is called in errors. */
  readonly name: string
  readonly #subject: Subject
  readonly #over: () => void
  readonly #answers: NodeAnswer[] = []
  readonly #failures: NodeFailure[] = []
  /** How many were asked; null until the engine has said so. */
  #expected: number | null = null
  /** Whether this node is among them, and that was not seen yet. */
  #awaitsSelf: boolean
  #self = 0
  #end: AskEnd | null = null

  /** `hears`: whether this node is attached to the subject. `over`: nobody waits for it any more. */
  constructor(subject: Subject, name: string, hears: boolean, over: () => void) {
    this.#subject = subject
    this.name = name
    this.#awaitsSelf = hears
    this.#over = over
  }

  /** What has come of it. */
  get result(): NodeAnswers {
    const isWhole = this.#end === 'answered' || this.#end === 'unheard'
    const missing = isWhole ? 0 : Math.max(1, (this.#expected ?? 0) - this.#count)
    return { answers: this.#answers, failures: this.#failures, missing }
  }

  /** The answer of the only one who was asked. @throws {WseError} what it failed with, or why there is none */
  only(node: NodeId): NodeAnswer {
    const [answer] = this.#answers
    const [failure] = this.#failures
    if (answer !== undefined) return answer
    throw failure?.error ?? this.#unanswered(node)
  }

  settle(result: PublishResult): void {
    this.#expected = result.ok ? result.receivers : 0
    if (this.#expected === 0) this.end(result.ok || result.reason !== 'timeout' ? 'unheard' : 'lost')
    else this.#look()
  }

  /** This node was among those who were asked. */
  self(): void {
    this.#awaitsSelf = false
    this.#self = 1
    this.#look()
  }

  answered(answer: NodeAnswer): void {
    // What nobody knew to have arrived is written again.
    if (!this.#came.has(answer.node)) this.#answers.push(answer)
    this.#look()
  }

  failed(failure: NodeFailure): void {
    if (!this.#came.has(failure.node)) this.#failures.push(failure)
    this.#look()
  }

  /** A node is gone. `others`: those that are here, but this one; not more than they can still answer. */
  gone(node: NodeId, others: readonly NodeId[]): void {
    if (this.#subject === nodeSubject(node)) return this.end('lost')
    const silent = others.filter((other) => !this.#came.has(other)).length + Number(this.#awaitsSelf)
    if (this.#expected !== null && silent === 0) this.end('lost')
  }

  /** Nobody waits for it any more. */
  end(why: AskEnd): void {
    if (this.#end !== null) return
    this.#end = why
    this.#over()
  }

  /** Those that have answered. */
  get #came(): ReadonlySet<NodeId> {
    return new Set([...this.#answers, ...this.#failures].map(({ node }) => node))
  }

  get #count(): number {
    return this.#self + this.#answers.length + this.#failures.length
  }

  #look(): void {
    if (this.#expected !== null && this.#count >= this.#expected) this.end('answered')
  }

  #unanswered(node: NodeId): WseError {
    const details = { rpc: this.name, node, certainty: this.#end === 'unheard' ? 'not-sent' : 'unknown' }
    if (this.#end === 'timeout') return new WseError(WSE_ERROR.RP_TIMEOUT, details)
    if (this.#end === 'cancelled') return new WseError(WSE_ERROR.RP_CANCELLED, details)
    return new WseError(WSE_ERROR.RP_DISCONNECT, details)
  }
}
