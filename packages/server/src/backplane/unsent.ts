import type { Data } from '@wse/protocol'
import type { NodeId, PublishResult, Receipt } from '@wse/protocol/backplane'

/** An answer that is for one node. */
type Answer = readonly [to: NodeId, about: object, parts: readonly Data[]]

/** Answers that are kept at once; beyond it the oldest are given up. */
const MOST = 1_000

/** Answers the engine did not take: they are written again once it can be reached, if who asked is still there. */
export class Unsent {
  readonly #write: (...answer: Answer) => void
  readonly #answers = new Set<Answer>()
  #isOver = false

  constructor(write: (...answer: Answer) => void) {
    this.#write = write
  }

  /** Answers that wait. */
  get size(): number {
    return this.#answers.size
  }

  /** Told what became of an answer. */
  receipt(...answer: Answer): Receipt {
    return { settle: ({ ok }: PublishResult) => (ok ? undefined : this.#keep(answer)) }
  }

  /** It can be reached again. */
  again(): void {
    const answers = [...this.#answers]
    this.#answers.clear()
    for (const answer of answers) this.#write(...answer)
  }

  /** A node is gone: it waits for nothing. */
  gone(node: NodeId): void {
    for (const answer of this.#answers) if (answer[0] === node) this.#answers.delete(answer)
  }

  /** Nothing is kept any more. */
  clear(): void {
    this.#isOver = true
    this.#answers.clear()
  }

  #keep(answer: Answer): void {
    if (this.#isOver) return
    this.#answers.add(answer)
    const [oldest] = this.#answers
    if (this.#answers.size > MOST && oldest !== undefined) this.#answers.delete(oldest)
  }
}
