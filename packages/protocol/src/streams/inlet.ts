import { Malformed } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'

/** Bytes of items that may be on their way, or wait to be read, at once. */
export const WINDOW = 65_536

/** How an inlet speaks to the end that sends. */
export interface InletFlow {
  /** That many bytes more may be sent. */
  grant(bytes: number): void
  /** Nothing more is wanted. */
  stop(): void
}

/** An item that waits to be read, and its size on the wire. */
interface Item {
  readonly value: Payload
  readonly size: number
}

/** What comes after the last item. */
type End = { readonly error: unknown } | { readonly value: Payload }

/** A read that waits for an item. */
interface Reader {
  resolve(result: IteratorResult<Payload, Payload>): void
  reject(error: unknown): void
}

/**
 * The end of a stream that takes items: they are read by iterating. What is not read is not granted again, so a slow
 * reader stops the sender instead of filling memory.
 */
export class Inlet implements AsyncIterableIterator<Payload, Payload, undefined> {
  readonly #flow: InletFlow
  readonly #items: Item[] = []
  readonly #readers: Reader[] = []
  /** Who waits for the end. */
  readonly #watchers: (() => void)[] = []
  /** Bytes the other end may still send. */
  #credit: number
  /** Bytes read and not granted again. */
  #read = 0
  #end: End | null = null
  #begun = false
  #ignores = false

  constructor(flow: InletFlow, credit: number) {
    this.#flow = flow
    this.#credit = credit
  }

  /** Resolves once nothing more comes. */
  get over(): Promise<void> {
    if (this.#end !== null) return Promise.resolve()
    return new Promise((resolve) => this.#watchers.push(resolve))
  }

  /** Whether nothing more comes. */
  get ended(): boolean {
    return this.#end !== null
  }

  /** Whether anything has come: an item, or the end. */
  get begun(): boolean {
    return this.#begun || this.#end !== null
  }

  /** Lets the other end send that many bytes more. */
  grant(bytes: number): void {
    this.#credit += bytes
    this.#flow.grant(bytes)
  }

  /** An item came. @throws {Malformed} if it was sent without credit */
  push(value: Payload, size: number): void {
    if (this.#ignores) return this.#took(size)
    if (this.#end !== null) return
    if (this.#credit <= 0) throw new Malformed('an item beyond its credit')
    this.#begun = true
    this.#credit -= size
    const reader = this.#readers.shift()
    if (reader === undefined) this.#items.push({ value, size })
    else {
      this.#took(size)
      reader.resolve({ done: false, value })
    }
  }

  /** Nothing more comes; `value` is what the stream comes to. */
  finish(value?: Payload): void {
    this.#finish({ value })
  }

  /** The source failed, or the link to it: told once what came before has been read. */
  fail(error: unknown): void {
    this.#finish({ error })
  }

  /** Given up on this side: what was not read is let go of. */
  abort(error: unknown): void {
    this.#items.length = 0
    this.#finish({ error })
  }

  /** Nobody reads on: what still comes is let go of, and does not hold up who sends it. */
  ignore(): void {
    this.#ignores = this.#end === null
    this.abort(null)
    const bytes = WINDOW - this.#credit
    if (this.#ignores && bytes > 0) this.grant(bytes)
  }

  next(): Promise<IteratorResult<Payload, Payload>> {
    const item = this.#items.shift()
    if (item !== undefined) {
      if (this.#end === null) this.#took(item.size)
      return Promise.resolve({ done: false, value: item.value })
    }
    if (this.#end === null) return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
    return this.#last()
  }

  /** Reads no further; the sender is told to stop. */
  return(value?: Payload): Promise<IteratorResult<Payload, Payload>> {
    this.#items.length = 0
    if (this.#end === null) {
      this.#finish({ value: undefined })
      this.#flow.stop()
    }
    this.#end = { value: undefined }
    return Promise.resolve({ done: true, value })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Half of the window at a time: a grant for each item would be a frame for each item. */
  #took(size: number): void {
    this.#read += size
    if (this.#read * 2 < WINDOW) return
    const bytes = this.#read
    this.#read = 0
    this.grant(bytes)
  }

  #finish(end: End): void {
    if (this.#end !== null) return
    this.#end = end
    for (const tell of this.#watchers.splice(0)) tell()
    const [first, ...others] = this.#readers.splice(0)
    if (first === undefined) return
    this.#last().then(first.resolve, first.reject)
    for (const reader of others) reader.resolve({ done: true, value: undefined })
  }

  /** The end is told once; after it the stream is only over. */
  #last(): Promise<IteratorResult<Payload, Payload>> {
    const end = this.#end
    this.#end = { value: undefined }
    if (end !== null && 'error' in end) return Promise.reject(end.error)
    return Promise.resolve({ done: true, value: end?.value })
  }
}
