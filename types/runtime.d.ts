// What `@wse/protocol`, `@wse/msgpack`, `@wse/opentelemetry` and `@wse/testing` may use of the runtime beyond the
// language: globals that browsers, Node, React Native, workers and edge runtimes all have. Neither the DOM's types nor
// Node's are there, so nothing else slips in. Only the builds of these packages see this file; whoever uses the packages
// has the full declarations from elsewhere.

interface TextEncoder {
  encode(text?: string): Uint8Array
  encodeInto(text: string, into: Uint8Array): { read: number; written: number }
}
declare const TextEncoder: { new (): TextEncoder }

interface TextDecoder {
  decode(bytes?: ArrayBufferView | ArrayBufferLike, options?: { stream?: boolean }): string
}
declare const TextDecoder: { new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder }

interface AbortSignal {
  readonly aborted: boolean
  // biome-ignore lint/suspicious/noExplicitAny: as in the declarations of the platform, which these stand for
  readonly reason: any
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}
declare const AbortSignal: { prototype: AbortSignal }

interface AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}
declare const AbortController: { new (): AbortController }

declare function queueMicrotask(run: () => void): void

// React Native has no Web streams: they are made only for who asks for them.

interface ReadableStream<Item> {
  getReader(): {
    read(): Promise<{ done: false; value: Item } | { done: true; value: undefined }>
    cancel(reason?: unknown): Promise<void>
    releaseLock(): void
  }
}
declare const ReadableStream: {
  new <Item>(
    source: {
      pull(controller: { enqueue(item: Item): void; close(): void }): Promise<void>
      cancel(reason?: unknown): unknown
    },
    strategy?: { highWaterMark: number },
  ): ReadableStream<Item>
}

interface WritableStream<Item> {
  getWriter(): { write(item: Item): Promise<void>; close(): Promise<void>; abort(reason?: unknown): Promise<void> }
}
declare const WritableStream: {
  new <Item>(sink: {
    /** Not every runtime has the signal. */
    start(controller: { readonly signal?: AbortSignal }): void
    write(item: Item): Promise<void>
    close(): void
    abort(reason?: unknown): void
  }): WritableStream<Item>
}
