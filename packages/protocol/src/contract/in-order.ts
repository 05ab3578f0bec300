import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import { Late, type Read } from './read.js'

/** Messages of one connection that may wait for their schemas at once. */
const MOST = 256

/** What becomes of the messages of one connection. */
export interface MessageTaker {
  /** It fits. */
  message(type: string, payload: Payload): void
  /** It does not, or its schema failed. */
  refused(type: string, thrown: unknown): void
}

/**
 * Messages of one connection, read on their way and handed on in the order they came: those behind one whose schema is
 * asynchronous wait for it. Where none is, nothing waits, and nothing is kept.
 */
export class InOrder {
  readonly #taker: MessageTaker
  #last: Promise<void> | null = null
  #waiting = 0
  #ended = false

  constructor(taker: MessageTaker) {
    this.#taker = taker
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#waiting
  }

  take(type: string, payload: Payload, read: Read): void {
    if (this.#last !== null) return this.#behind(type, payload, read)
    let value: Payload | Late
    try {
      value = read(payload)
    } catch (thrown) {
      return this.#taker.refused(type, thrown)
    }
    if (value instanceof Late) this.#wait(type, value.value)
    else this.#taker.message(type, value)
  }

  /** What waits is dropped. */
  end(): void {
    this.#ended = true
  }

  #behind(type: string, payload: Payload, read: Read): void {
    if (this.#waiting >= MOST) {
      const message = `more than ${MOST} messages wait for their schemas: ${type} is dropped`
      return this.#taker.refused(type, new WseError(WSE_ERROR.QUEUE_FULL, { frames: MOST }, { message }))
    }
    const reading = async () => {
      const value = read(payload)
      return value instanceof Late ? value.value : value
    }
    this.#wait(type, reading())
  }

  #wait(type: string, value: Promise<Payload>): void {
    this.#waiting++
    // It may fail before its turn has come.
    value.catch(() => {})
    const before = this.#last ?? Promise.resolve()
    const turn = before.then(() => this.#settle(type, value))
    this.#last = turn
    turn.then(() => {
      if (this.#last === turn) this.#last = null
    })
  }

  async #settle(type: string, value: Promise<Payload>): Promise<void> {
    try {
      const payload = await value
      if (!this.#ended) this.#taker.message(type, payload)
    } catch (thrown) {
      if (!this.#ended) this.#taker.refused(type, thrown)
    } finally {
      this.#waiting--
    }
  }
}
