import { type Context, createContext, runInContext } from 'node:vm'
import { WebSocket } from 'ws'

/** What a page of React Native has beyond the language, as far as it concerns the client. */
export interface ReactNativeRealm {
  readonly context: Context
  /** Runs a function in the realm; it sees the realm's globals and `parameters`, and nothing around it. */
  run<Parameters extends readonly unknown[], Result>(
    script: (...parameters: Parameters) => Result,
    ...parameters: Parameters
  ): Result
}

/**
 * A bare realm with React Native's globals only: timers, `console`, `WebSocket`. No `crypto`, `performance`, `URL`,
 * `TextEncoder`, `Buffer`, `structuredClone`, `queueMicrotask` or `AbortController`, which depend on polyfills there.
 */
export function reactNativeRealm(script: string): ReactNativeRealm {
  // Without `eval` and `new Function`, as Hermes is, and pages whose content security policy forbids them.
  const codeGeneration = { strings: false, wasm: false }
  const context = createContext({ setTimeout, clearTimeout, console }, { codeGeneration })
  runInContext('globalThis.global = globalThis.window = globalThis', context)
  context.WebSocket = webSocketOf(context)
  runInContext(script, context)
  return {
    context,
    run: (body, ...parameters) => runInContext(`(${body})`, context)(...parameters),
  }
}

/** React Native's WebSocket, down to what it lacks: `terminate`, and a `bufferedAmount` that is a number. */
function webSocketOf(context: Context): new (url: string, protocols?: string[], options?: object) => object {
  const newBuffer: (bytes: number) => ArrayBuffer = runInContext('(bytes) => new ArrayBuffer(bytes)', context)

  return class ReactNativeWebSocket {
    onopen: ((event: object) => void) | null = null
    onmessage: ((event: object) => void) | null = null
    onclose: ((event: object) => void) | null = null
    onerror: ((event: object) => void) | null = null
    readyState = 0
    protocol: string | undefined
    bufferedAmount: undefined
    #binaryType: string | undefined
    readonly #socket: WebSocket

    constructor(url: string, protocols: string[] = [], options: object = {}) {
      const unknown = Object.keys(options).filter((name) => name !== 'headers')
      if (unknown.length > 0) throw new TypeError(`options React Native does not take: ${unknown}`)
      this.#socket = new WebSocket(url, protocols, options)
      this.#socket.on('open', () => this.#opened())
      this.#socket.on('message', (data: Buffer, isBinary) => this.onmessage?.({ data: this.#received(data, isBinary) }))
      this.#socket.on('error', ({ message }) => this.onerror?.({ type: 'error', message }))
      this.#socket.on('close', (code, reason) => {
        this.readyState = 3
        this.onclose?.({ type: 'close', code, reason: String(reason) })
      })
    }

    get binaryType(): string | undefined {
      return this.#binaryType
    }

    set binaryType(type: string | undefined) {
      if (type !== 'blob' && type !== 'arraybuffer')
        throw new Error("binaryType must be either 'blob' or 'arraybuffer'")
      this.#binaryType = type
    }

    send(data: unknown): void {
      if (this.readyState === 0) throw new Error('INVALID_STATE_ERR')
      const isBuffer = Object.prototype.toString.call(data) === '[object ArrayBuffer]'
      if (typeof data !== 'string' && !isBuffer && !ArrayBuffer.isView(data)) throw new Error('Unsupported data type')
      this.#socket.send(data as string | ArrayBuffer)
    }

    close(code?: number, reason?: string): void {
      if (this.readyState >= 2) return
      this.readyState = 2
      this.#socket.close(code, reason)
    }

    #opened(): void {
      this.readyState = 1
      this.protocol = this.#socket.protocol
      this.onopen?.({ type: 'open' })
    }

    /** Binary frames come as buffers of the realm, which are no `ArrayBuffer` of this one. */
    #received(data: Buffer, isBinary: boolean): string | ArrayBuffer {
      if (!isBinary) return data.toString()
      if (this.#binaryType !== 'arraybuffer') throw new Error('a Blob, which the client does not ask for')
      const buffer = newBuffer(data.length)
      new Uint8Array(buffer).set(data)
      return buffer
    }
  }
}
