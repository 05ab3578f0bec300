import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'

/** Something written that was not taken yet. */
interface Written {
  readonly value: Payload
  resolve(): void
  reject(error: unknown): void
}

/** How it ended. */
type End = { readonly error: unknown } | 'ended'

/** A source that is written to: each write is over once what it wrote was taken, so that a slow taker slows the writer. */
export class Pipe implements AsyncIterableIterator<Payload, undefined, undefined> {
  readonly #written: Written[] = []
  /** Who waits for something to be written. */
  #taker: { resolve(result: IteratorResult<Payload, undefined>): void; reject(error: unknown): void } | null = null
  #end: End | null = null

  /** Resolves once `value` was taken. @throws {WseError} `CLOSED` once it has ended */
  write(value: Payload): Promise<void> {
    if (this.#end !== null) return Promise.reject(closed())
    return new Promise((resolve, reject) => {
      const taker = this.#taker
      this.#taker = null
      if (taker === null) this.#written.push({ value, resolve, reject })
      else {
        taker.resolve({ done: false, value })
        resolve()
      }
    })
  }

  /** Nothing more is written. */
  end(): void {
    this.#finish('ended')
  }

  /** What was to be written cannot be. */
  fail(error: unknown): void {
    this.#finish({ error })
  }

  next(): Promise<IteratorResult<Payload, undefined>> {
    const written = this.#written.shift()
    if (written !== undefined) {
      written.resolve()
      return Promise.resolve({ done: false, value: written.value })
    }
    if (this.#end === null) return new Promise((resolve, reject) => (this.#taker = { resolve, reject }))
    return this.#end === 'ended' ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(this.#end.error)
  }

  /** Nobody takes any more: what waits is not written. */
  return(): Promise<IteratorResult<Payload, undefined>> {
    for (const { reject } of this.#written.splice(0)) reject(closed())
    this.#finish('ended')
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #finish(end: End): void {
    if (this.#end !== null) return
    this.#end = end
    const taker = this.#taker
    this.#taker = null
    if (taker !== null) this.next().then(taker.resolve, taker.reject)
  }
}

function closed(): WseError {
  return new WseError(WSE_ERROR.CLOSED, {}, { message: 'the stream is closed' })
}
