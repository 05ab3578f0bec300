import type { Payload } from '../frames/payload.js'
import { iteratorOf, type SourceIterator, type StreamSource } from '../streams/source.js'
import { Late, type Read } from './read.js'

/** What a caller sends where the contract has nothing: it stays unread, and is granted nothing. */
export const NO_ITEMS: AsyncIterableIterator<Payload, Payload, undefined> = {
  next: async () => ({ done: true, value: undefined }),
  [Symbol.asyncIterator]: () => NO_ITEMS,
}

/**
 * A stream, each item read on its way, and what it returns as well. The first that does not fit ends it: the source is
 * told to stop, and who reads it gets the error. `failure` says what is told of a source that fails.
 */
export class ReadItems implements AsyncIterableIterator<Payload> {
  readonly #source: SourceIterator
  readonly #item: Read
  readonly #result: Read
  readonly #failure: (thrown: unknown) => unknown
  /** Whether its end was told. */
  #over = false

  constructor(source: StreamSource, item: Read, result: Read, failure = (thrown: unknown): unknown => thrown) {
    this.#source = iteratorOf(source)
    this.#item = item
    this.#result = result
    this.#failure = failure
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Payload>> {
    const { done = false, value } = await this.#pull()
    if (!done) return { done, value: await this.#read(value) }
    const isOver = this.#over
    this.#over = true
    return { done, value: isOver ? undefined : await now(this.#result, value) }
  }

  async return(value?: Payload): Promise<IteratorResult<Payload>> {
    this.#over = true
    await this.#source.return?.(value)
    return { done: true, value }
  }

  async #pull(): Promise<IteratorResult<Payload>> {
    try {
      return await this.#source.next()
    } catch (thrown) {
      this.#over = true
      throw await this.#failure(thrown)
    }
  }

  async #read(value: Payload): Promise<Payload> {
    try {
      return await now(this.#item, value)
    } catch (error) {
      await this.return().catch(() => {})
      throw error
    }
  }
}

/** What was read, or a promise of it. */
export function now(read: Read, value: Payload): Payload | Promise<Payload> {
  const result = read(value)
  return result instanceof Late ? result.value : result
}
