import type { Data, Flushable, SharedFrame, Transport, TransportState } from '@wse/protocol'
import { wireOf } from './shared-frames.js'
import { textFrame } from './text-frame.js'
import type { Turns } from './turns.js'

/** What is used of a WebSocket of `ws`. */
export interface WsSocket {
  readonly readyState: number
  readonly protocol: string
  readonly extensions: string
  readonly bufferedAmount: number
  send(data: Data, options: { binary: boolean; compress?: boolean }): void
  close(code: number, reason: string): void
  terminate(): void
  pause(): void
  resume(): void
  ping(): void
  on(event: 'message', listener: (this: WsSocket, data: Buffer, isBinary: boolean) => void): unknown
  on(event: 'close', listener: (this: WsSocket, code: number, reason: Buffer) => void): unknown
  on(event: 'error', listener: (this: WsSocket, error: Error) => void): unknown
  on(event: 'pong', listener: (this: WsSocket) => void): unknown
  [OWNER]?: WsTransport
}

/** What is used of the TCP socket below it. */
export interface TcpSocket {
  readonly bytesRead: number
  readonly writableLength: number
  readonly writableNeedDrain: boolean
  /** Node's own; what it judges by whether a socket is idle (`Socket.setTimeout`). With TLS, the parent has the network. */
  readonly _handle?: (SocketHandle & { readonly _parent?: SocketHandle }) | null
  on(event: 'drain', listener: (this: TcpSocket) => void): unknown
  write(data: Uint8Array, written?: () => void): unknown
  cork(): void
  uncork(): void
  [OWNER]?: WsTransport
}

/** What the system was given, and how much of that it has not taken yet. */
interface SocketHandle {
  readonly bytesWritten?: number
  readonly writeQueueSize?: number
}

/** Where a socket names its transport: the listeners are the same for all sockets, so that none costs closures. */
const OWNER = Symbol('wse.transport')

const STATES: readonly TransportState[] = ['connecting', 'open', 'closing', 'closed']
const OPEN = 1
/** Characters from which a text is better left to the system call, which encodes it as it writes, as `ws` does it. */
const LARGE = 1_024
const TEXT = { binary: false }
const BINARY = { binary: true }
const NOTHING = new Uint8Array()

/** A WebSocket of `ws`, already open, as a transport. Its listeners stay for the socket's whole life. */
export class WsTransport implements Transport {
  onOpen: (() => void) | null = null
  onMessage: ((data: Data) => void) | null = null
  onClose: ((code: number, reason: string) => void) | null = null
  onDrain: (() => void) | null = null
  onError: ((error: unknown) => void) | null = null
  onPong: (() => void) | null = null
  /** What the other end broke. */
  fault: number | null = null
  terminated = false
  readonly #socket: WsSocket
  readonly #tcp: TcpSocket
  readonly #turns: Turns
  /** Whether frames go to the network as they are; with an extension (RFC 7692) `ws` has to make them. */
  readonly #plain: boolean
  #hearsPongs = false

  constructor(socket: WsSocket, tcp: TcpSocket, turns: Turns) {
    this.#turns = turns
    this.#socket = socket
    this.#tcp = tcp
    this.#plain = socket.extensions === ''
    socket[OWNER] = this
    tcp[OWNER] = this
    socket.on('message', onMessage)
    socket.on('close', onClose)
    // Kept for the socket's whole life: an `error` without a listener would end the process.
    socket.on('error', onError)
    tcp.on('drain', onDrain)
  }

  get state(): TransportState {
    return STATES[this.#socket.readyState] ?? 'closed'
  }

  get protocol(): string {
    return this.#socket.protocol
  }

  get bytesRead(): number {
    return this.#tcp.bytesRead
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount
  }

  /** A large write under way is one block to `bufferedAmount`; only the handle tells how far it has got. */
  get bytesWritten(): number | undefined {
    const handle = this.#tcp._handle
    const { bytesWritten, writeQueueSize } = handle?._parent ?? handle ?? {}
    return bytesWritten === undefined || writeQueueSize === undefined ? undefined : bytesWritten - writeQueueSize
  }

  send(data: Data, compress?: boolean): void {
    if (this.#socket.readyState !== OPEN) return
    if (typeof data !== 'string') this.#socket.send(data, compress === undefined ? BINARY : { ...BINARY, compress })
    else if (this.#plain && data.length < LARGE) this.#tcp.write(textFrame(data))
    else this.#socket.send(data, compress === undefined ? TEXT : { ...TEXT, compress })
  }

  sendShared(frames: readonly SharedFrame[]): void {
    const wire = this.#plain ? wireOf(frames) : null
    if (wire === null) this.#sendEach(frames)
    else if (this.#socket.readyState === OPEN) this.#tcp.write(wire)
  }

  close(code: number, reason: string): void {
    try {
      this.#socket.close(code, reason)
    } catch {
      // A code or reason no close frame can hold.
      this.terminate()
    }
  }

  terminate(): void {
    this.terminated = true
    this.#socket.terminate()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  ping(): void {
    if (this.#socket.readyState !== OPEN) return
    if (!this.#hearsPongs) this.#socket.on('pong', onPong)
    this.#hearsPongs = true
    this.#socket.ping()
  }

  cork(): void {
    this.#tcp.cork()
  }

  uncork(): void {
    this.#tcp.uncork()
  }

  afterTurn(waiting: Flushable): void {
    this.#turns.after(waiting)
  }

  tellDrain(): void {
    if (this.#socket.readyState !== OPEN || this.#tcp.writableNeedDrain) return
    // What is being compressed has not come to the socket yet.
    if (this.bufferedAmount > this.#tcp.writableLength) setImmediate(() => this.tellDrain())
    else this.#tcp.write(NOTHING, () => this.onDrain?.())
  }

  #sendEach(frames: readonly SharedFrame[]): void {
    this.#tcp.cork()
    for (const { data } of frames) this.send(data)
    this.#tcp.uncork()
  }
}

function onMessage(this: WsSocket, data: Buffer, isBinary: boolean): void {
  const transport = this[OWNER] as WsTransport
  // `ws` still delivers what came in the same chunk.
  if (!transport.terminated) transport.onMessage?.(isBinary ? data : data.toString())
}

/** What the other end broke `ws` says by its error; the close that follows is only its consequence. */
function onClose(this: WsSocket, code: number, reason: Buffer): void {
  const transport = this[OWNER] as WsTransport
  transport.onClose?.(transport.fault ?? code, reason.toString())
}

function onError(this: WsSocket, error: Error): void {
  const transport = this[OWNER] as WsTransport
  transport.fault ??= faultOf(error)
  transport.onError?.(error)
}

function onPong(this: WsSocket): void {
  this[OWNER]?.onPong?.()
}

function onDrain(this: TcpSocket): void {
  this[OWNER]?.onDrain?.()
}

/** The code `ws` closes with for what its receiver refused (RFC 6455 §7.4.1); null for a failure of the network. */
function faultOf(error: Error & { code?: string }): number | null {
  if (!error.code?.startsWith('WS_ERR_')) return null
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 1009
  return error.code === 'WS_ERR_INVALID_UTF8' ? 1007 : 1002
}
