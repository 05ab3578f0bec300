import { callIsolated } from '../events/listener.js'
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
export function isStream(value: unknown): value is StreamSource {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || 'getReader' in value)
}

/** Begins to read a source. */
export function iteratorOf(source: StreamSource): SourceIterator {
  if ('getReader' in source) return readerIterator(source)
  if ('destroy' in source) return nodeIterator(source as NodeLike)
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}

/** Nobody reads a source: it lets go of what it holds on to. `failed` is told if that goes wrong. */
export function letGo(source: StreamSource, failed: (thrown: unknown) => void): void {
  callIsolated(() => iteratorOf(source).return?.(), [], failed)
}

/** What is used of a Node stream beside that it can be iterated over. */
type NodeLike = AsyncIterable<Payload> & { destroy(): unknown }

/** To give up a Node stream does not wait for what is being read, as its own iterator does. */
function nodeIterator(source: NodeLike): AsyncIterator<Payload, Payload> {
  const iterator = source[Symbol.asyncIterator]()
  return {
    next: () => iterator.next(),
    async return() {
      source.destroy()
      return { done: true, value: undefined }
    },
  }
}

/** Nor does it with a Web stream; and not every runtime can iterate over one. */
function readerIterator(source: ReadableLike): AsyncIterator<Payload, Payload> {
  const reader = source.getReader()
  let failed = false
  return {
    async next() {
      try {
        const { done, value } = await reader.read()
        return { done, value }
      } catch (thrown) {
        failed = true
        throw thrown
      }
    },
    async return() {
      if (!failed) await reader.cancel()
      reader.releaseLock()
      return { done: true, value: undefined }
    },
  }
}
