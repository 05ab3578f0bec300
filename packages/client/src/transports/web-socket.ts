import {
  type Clock,
  type Data,
  type Flushable,
  type Refusal,
  type Timer,
  type Transport,
  type TransportState,
  WseError,
} from '@wse/protocol'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import IsomorphicWebSocket from 'isomorphic-ws'

/** What is used of a WebSocket: the standard's members, and `terminate` where there is one. */
export interface WebSocketLike {
  readonly readyState: number
  readonly protocol: string
  readonly bufferedAmount: number
  binaryType: string
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  terminate?(): void
  /** `ws` in Node alone: what the upgrade was answered. */
  on?(event: 'upgrade', listener: (response: UpgradeAnswer) => void): unknown
  on?(event: 'unexpected-response', listener: (request: unknown, response: UpgradeAnswer) => void): unknown
}

/** What is used of an HTTP answer. */
interface UpgradeAnswer {
  readonly socket: { cork(): void; uncork(): void }
  readonly statusCode?: number
  readonly headers: { readonly 'retry-after'?: string | undefined }
}

/** A constructor of WebSockets; `options` only where the runtime takes them (Node). */
export type WebSocketConstructor = new (url: string, protocols: readonly string[], options?: object) => WebSocketLike

/** Seconds beyond which nobody is made to wait. */
const LONGEST_WAIT = 3_600

/** How often a WebSocket is asked whether it is done, in ms: it does not tell. */
const POLL = 50

/** Microtasks in every runtime: React Native may lack `queueMicrotask`. */
const SOON = Promise.resolve()

const STATES: readonly TransportState[] = ['connecting', 'open', 'closing', 'closed']

/** The runtime's WebSocket: the browser's or React Native's own, `ws` in Node. */
export const runtimeWebSocket = IsomorphicWebSocket as unknown as WebSocketConstructor | null

/** A WebSocket as a transport. */
export class WebSocketTransport implements Transport {
  onOpen: (() => void) | null = null
  onMessage: ((data: Data) => void) | null = null
  onClose: ((code: number, reason: string) => void) | null = null
  onDrain: (() => void) | null = null
  onError: ((error: unknown) => void) | null = null
  refusal: Refusal | undefined
  cork?: () => void
  uncork?: () => void
  readonly #socket: WebSocketLike
  readonly #clock: Clock
  #timer: Timer = null
  #ended = false

  constructor(socket: WebSocketLike, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.onOpen?.()
    socket.onmessage = ({ data }: { data: string | ArrayBuffer }) => {
      this.onMessage?.(typeof data === 'string' ? data : new Uint8Array(data))
    }
    socket.onclose = ({ code = 1006, reason = '' }: { code?: number; reason?: string }) => this.#end(code, reason)
    socket.onerror = (event: { message?: string; error?: unknown }) => this.onError?.(toError(event, this.refusal))
    socket.on?.('upgrade', ({ socket: tcp }) => {
      this.cork = () => tcp.cork()
      this.uncork = () => tcp.uncork()
    })
    socket.on?.('unexpected-response', (_, answer) => {
      this.refusal = toRefusal(answer)
      socket.terminate?.()
    })
  }

  get state(): TransportState {
    return this.#ended ? 'closed' : (STATES[this.#socket.readyState] ?? 'closed')
  }

  get protocol(): string {
    return this.#socket.protocol ?? ''
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount ?? 0
  }

  send(data: Data): void {
    if (this.state === 'open') this.#socket.send(data as string | Uint8Array<ArrayBuffer>)
  }

  close(code: number, reason: string): void {
    if (this.state !== 'connecting' && this.state !== 'open') return
    try {
      this.#socket.close(code, reason)
    } catch {
      // A code or reason no close frame can hold.
      this.terminate()
    }
  }

  /** A browser cannot terminate: the socket is closed and no longer listened to, whatever it still brings. */
  terminate(): void {
    if (this.#ended) return
    this.#socket.onmessage = null
    if (this.#socket.terminate) return this.#socket.terminate()
    this.#socket.onopen = this.#socket.onerror = this.#socket.onclose = null
    this.#socket.close()
    this.#end(1006, '')
  }

  tellDrain(): void {
    this.#timer = this.#clock.setTimer(() => (this.bufferedAmount > 0 ? this.tellDrain() : this.onDrain?.()), POLL)
  }

  afterTurn(waiting: Flushable): void {
    SOON.then(() => waiting.flush())
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#clock.clearTimer(this.#timer)
    this.onClose?.(code, reason)
  }
}

/** Browsers tell nothing about an error; Node does. */
function toError(event: { message?: string; error?: unknown }, refusal: Refusal | undefined): WseError {
  const message = refusal ? `the upgrade was answered ${refusal.status}` : event.message || 'the WebSocket failed'
  return new WseError(WSE_ERROR.WS_CLIENT_ERROR, { raw: event.error }, { message, cause: event.error })
}

/** `Retry-After` in seconds, as RFC 9110 §10.2.3 has it; a date is left to the usual backoff. */
function toRefusal({ statusCode = 0, headers }: UpgradeAnswer): Refusal {
  const seconds = Number(headers['retry-after'] || Number.NaN)
  const delay = seconds >= 0 && seconds <= LONGEST_WAIT ? seconds * 1_000 : undefined
  return { status: statusCode, delay }
}
