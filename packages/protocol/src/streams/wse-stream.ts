import * as WSE_ERROR from '../codes/error.js'
import { isWseError } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import type { Inlet } from './inlet.js'
import type { Pipe } from './pipe.js'

/**
 * Bytes both ways, beside everything else on the link, each way as fast as it is read. Borders between writes are not
 * kept. It survives lost links as its session does, and fails with it.
 *
 * @example
 * const stream = client.openStream('upload', { name: 'cat.png' })
 * await file.stream().pipeTo(stream.writable)
 * @example
 * server.streams.on('upload', async (conn, stream, { name }) => {
 *   await pipeline(Duplex.fromWeb(stream), createWriteStream(name))
 * })
 */
export class WseStream implements AsyncIterable<Uint8Array> {
  /** What it was opened as. */
  readonly name: string
  /** What the opener said about it. */
  readonly meta: Payload
  readonly #inlet: Inlet
  readonly #pipe: Pipe
  readonly #giveUp: (error: WseError) => void
  #readable: ReadableStream<Uint8Array> | null = null
  #writable: WritableStream<Uint8Array> | null = null

  /** Made by `openStream`. */
  constructor(name: string, meta: Payload, inlet: Inlet, pipe: Pipe, giveUp: (error: WseError) => void) {
    this.name = name
    this.meta = meta
    this.#inlet = inlet
    this.#pipe = pipe
    this.#giveUp = giveUp
  }

  /** What comes, as a Web stream; made when it is asked for. */
  get readable(): ReadableStream<Uint8Array> {
    this.#readable ??= readableOf(this.#inlet)
    return this.#readable
  }

  /** What goes, as a Web stream; made when it is asked for. */
  get writable(): WritableStream<Uint8Array> {
    this.#writable ??= new WritableStream({
      // `abort` waits for a write under way, which may wait for the other end.
      start: ({ signal }) => signal?.addEventListener('abort', () => this.abort(signal.reason)),
      write: (bytes) => this.write(bytes),
      close: () => this.end(),
      abort: (reason) => this.abort(reason),
    })
    return this.#writable
  }

  /**
   * Resolves once `bytes` are on their way: to wait for it keeps a fast writer at the pace of the reader.
   *
   * @throws {WseError} (by rejection) `INVALID_OPTION` for anything but bytes, `CLOSED` once it has ended
   */
  write(bytes: Uint8Array): Promise<void> {
    if (bytes instanceof Uint8Array) return this.#pipe.write(bytes)
    const details = { option: 'bytes' }
    return Promise.reject(new WseError(WSE_ERROR.INVALID_OPTION, details, { message: 'a stream takes a Uint8Array' }))
  }

  /** Nothing more is written; what comes goes on. */
  end(): void {
    this.#pipe.end()
  }

  /** Gives it up in both directions. The other end is told the reason only if it is a `WseError`. */
  abort(reason: unknown = 'aborted'): void {
    const error = isWseError(reason) ? reason : new WseError(WSE_ERROR.RP_CANCELLED, {}, { cause: reason })
    this.#pipe.fail(error)
    this.#inlet.abort(error)
    this.#giveUp(error)
  }

  /** What comes, in pieces. To stop before its end gives the whole stream up. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => this.#inlet.next() as Promise<IteratorResult<Uint8Array>>,
      return: async () => {
        if (!this.#inlet.ended) this.abort()
        return { done: true, value: undefined }
      },
    }
  }
}

/** Items as a Web stream, that holds none back: what is not read is not granted again. */
function readableOf(inlet: Inlet): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await inlet.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: () => inlet.ignore(),
    },
    { highWaterMark: 0 },
  )
}
