import { WseError } from '@wse/protocol'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { IteratedEvent } from './topic-events.js'

type Result = IteratorResult<IteratedEvent, undefined>

/** Most events that may wait to be read. */
export const MOST_UNREAD = 10_000

/** Events of a subscription, to be iterated over: keeps what arrives until it is read, and ends with the subscription. */
export class Iteration implements AsyncIterableIterator<IteratedEvent, undefined, undefined> {
  #unread: IteratedEvent[] = []
  readonly #waiting: { resolve(result: Result): void; reject(error: unknown): void }[] = []
  readonly #left: (iteration: Iteration) => void
  #over = false
  #error: WseError | null = null

  /** `left`: it takes no more. */
  constructor(left: (iteration: Iteration) => void) {
    this.#left = left
  }

  /** Takes an event. */
  push(event: IteratedEvent): void {
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) waiting.resolve({ done: false, value: event })
    else if (this.#unread.length < MOST_UNREAD) this.#unread.push(event)
    else {
      const message = `more than ${MOST_UNREAD} events were not read`
      this.end(new WseError(WSE_ERROR.QUEUE_FULL, { limit: MOST_UNREAD }, { message }))
    }
  }

  /** No more events come. What came is still read; then it fails if there is an error. */
  end(error: WseError | null): void {
    if (this.#over) return
    this.#over = true
    this.#left(this)
    const [first, ...others] = this.#waiting.splice(0)
    if (first === undefined) this.#error = error
    else if (error === null) first.resolve(DONE)
    else first.reject(error)
    for (const { resolve } of others) resolve(DONE)
  }

  next(): Promise<Result> {
    const value = this.#unread.shift()
    if (value !== undefined) return Promise.resolve({ done: false, value })
    if (!this.#over) return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
    const error = this.#error
    this.#error = null
    return error === null ? Promise.resolve(DONE) : Promise.reject(error)
  }

  return(): Promise<Result> {
    this.#unread = []
    this.end(null)
    this.#error = null
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

const DONE: Result = { done: true, value: undefined }
