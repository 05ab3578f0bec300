import type { Payload } from '../frames/payload.js'

/** What is used of a Web `ReadableStream`; not every runtime can iterate over one. */
export interface ReadableLike<Item = Payload> {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Item | undefined }>
    cancel(reason?: unknown): Promise<void>
    releaseLock(): void
  }
}

/** Where the items of a stream come from: anything to iterate over (a Node stream is), or a Web `ReadableStream`. */
export type StreamSource<Item = Payload> = AsyncIterable<Item> | Iterable<Item> | ReadableLike<Item>

/** What is pulled from. */
export type SourceIterator = AsyncIterator<Payload, Payload> | Iterator<Payload, Payload>

/** Whether a value is a source; text and bytes are values of their own. */
export function isSource(value: unknown): value is StreamSource {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  return Symbol.asyncIterator in value || 'getReader' in value || Symbol.iterator in value
}

/** Whether a value can only be meant as a stream: an array or a map is a value, too. */
export function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || 'getReader' in value)
}

/** Begins to read a source. */
export function iteratorOf(source: StreamSource): SourceIterator {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]()
  if (Symbol.iterator in source) return source[Symbol.iterator]()
  return readerIterator(source)
}

/** For runtimes whose Web streams cannot be iterated over. */
function readerIterator(source: ReadableLike): AsyncIterator<Payload, Payload> {
  const reader = source.getReader()
  return {
    async next() {
      const { done, value } = await reader.read()
      return { done, value }
    },
    async return() {
      await reader.cancel()
      reader.releaseLock()
      return { done: true, value: undefined }
    },
  }
}
