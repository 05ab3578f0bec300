import type { Data, Transport, TransportState } from '@wse/protocol'

/** What is used of a WebSocket of `ws`. */
export interface WsSocket {
  readonly readyState: number
  readonly protocol: string
  readonly bufferedAmount: number
  send(data: Data, options: { binary: boolean; compress?: boolean }): void
  close(code: number, reason: string): void
  terminate(): void
  pause(): void
  resume(): void
  ping(): void
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'pong', listener: () => void): unknown
}

/** What is used of the TCP socket below it. */
export interface TcpSocket {
  readonly bytesRead: number
  on(event: 'drain', listener: () => void): unknown
  cork(): void
  uncork(): void
}

const STATES: readonly TransportState[] = ['connecting', 'open', 'closing', 'closed']
const TEXT = { binary: false }
const BINARY = { binary: true }

/** A WebSocket of `ws`, already open, as a transport. Its listeners stay for the socket's whole life. */
export class WsTransport implements Transport {
  onOpen: (() => void) | null = null
  onMessage: ((data: Data) => void) | null = null
  onClose: ((code: number, reason: string) => void) | null = null
  onDrain: (() => void) | null = null
  onError: ((error: unknown) => void) | null = null
  onPong: (() => void) | null = null
  readonly #socket: WsSocket
  readonly #tcp: TcpSocket
  #terminated = false
  #fault: number | null = null

  constructor(socket: WsSocket, tcp: TcpSocket) {
    this.#socket = socket
    this.#tcp = tcp
    socket.on('message', (data, isBinary) => {
      // `ws` still delivers what came in the same chunk.
      if (!this.#terminated) this.onMessage?.(isBinary ? data : data.toString())
    })
    // What the other end broke `ws` says by its error; the close that follows is only its consequence.
    socket.on('close', (code, reason) => this.onClose?.(this.#fault ?? code, reason.toString()))
    // Kept for the socket's whole life: an `error` without a listener would end the process.
    socket.on('error', (error) => {
      this.#fault ??= faultOf(error)
      this.onError?.(error)
    })
    socket.on('pong', () => this.onPong?.())
    tcp.on('drain', () => this.onDrain?.())
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

  send(data: Data, compress?: boolean): void {
    if (this.#socket.readyState !== 1) return
    const plain = typeof data === 'string' ? TEXT : BINARY
    this.#socket.send(data, compress === undefined ? plain : { ...plain, compress })
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
    this.#terminated = true
    this.#socket.terminate()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  ping(): void {
    if (this.#socket.readyState === 1) this.#socket.ping()
  }

  cork(): void {
    this.#tcp.cork()
  }

  uncork(): void {
    this.#tcp.uncork()
  }
}

/** The code `ws` closes with for what its receiver refused (RFC 6455 §7.4.1); null for a failure of the network. */
function faultOf(error: Error & { code?: string }): number | null {
  if (!error.code?.startsWith('WS_ERR_')) return null
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 1009
  return error.code === 'WS_ERR_INVALID_UTF8' ? 1007 : 1002
}
