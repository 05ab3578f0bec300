/** A frame as it travels: text, or bytes. */
export type Data = string | Uint8Array

/** Where a transport stands; it only ever moves to the right. */
export type TransportState = 'connecting' | 'open' | 'closing' | 'closed'

/**
 * One link between two ends that keeps frames whole and in order: a WebSocket, or an in-memory pair. It has one owner,
 * who assigns the `on…` members; a transport calls `onClose` exactly once and nothing after it.
 *
 * Implementing one: run `transportConformance` of `@wse/testing` against it.
 */
export interface Transport {
  /** Where it stands. */
  readonly state: TransportState
  /** The subprotocol agreed on; '' while connecting or when there is none. */
  readonly protocol: string
  /** Bytes accepted by `send` and not yet handed to the network. */
  readonly bufferedAmount: number
  /** Takes one frame; `compress` is a wish. In any state but `open` the frame is ignored. Never throws. */
  send(data: Data, compress?: boolean): void
  /** Starts the closing handshake after everything sent before it. Never throws; ignored unless connecting or open. */
  close(code: number, reason: string): void
  /** Ends at once, without a handshake; the other end sees 1006. */
  terminate(): void
  /** How the upgrade was refused in HTTP, where the runtime shows it. */
  readonly refusal?: Refusal | undefined
  /** Bytes read from the network so far, part of a frame included, where the transport knows. */
  readonly bytesRead?: number | undefined
  /** Bytes the network has taken so far, part of a frame included, where the transport knows. */
  readonly bytesWritten?: number | undefined
  /** The transport became open; not called if it was open when handed over. */
  onOpen: (() => void) | null
  /** A frame arrived. */
  onMessage: ((data: Data) => void) | null
  /** The end, once: 1005 without a code, 1006 without a closing handshake. */
  onClose: ((code: number, reason: string) => void) | null
  /** There is room again: `bufferedAmount` fell to 0 after the transport had been congested. */
  onDrain: (() => void) | null
  /**
   * Calls `onDrain` once `bufferedAmount` has fallen to 0 from what it is now, congested or not; a transport without it
   * does so by itself whenever it was above 0 for longer than a turn.
   */
  tellDrain?(): void
  /** Something failed; `onClose` follows. For people to read. */
  onError: ((error: unknown) => void) | null
  /** Stops reading, where the transport can. */
  pause?(): void
  /** Reads again. */
  resume?(): void
  /** Sends a ping below the protocol, where the transport can; the answer comes by `onPong`. */
  ping?(): void
  /** An answer to `ping` arrived. */
  onPong?: (() => void) | null
  /** Holds writes back until `uncork`, so that many leave as one. */
  cork?(): void
  /** Lets the writes held by `cork` go. */
  uncork?(): void
  /**
   * Calls `flush()` of `waiting`, which never throws, once what is happening now is over, be the transport closed by then:
   * what is sent in between may leave together. A transport without it is given everything at once.
   */
  readonly afterTurn?: ((waiting: Flushable) => void) | undefined
  /** Sends frames that others may be sent, too: what has to be made of them is made once. As `send` in all else. */
  sendShared?(frames: readonly SharedFrame[]): void
}

/** What holds something back until its turn is over. */
export interface Flushable {
  flush(): void
}

/** One frame for many: a transport may note on it what it made of it, under a symbol of its own. */
export interface SharedFrame {
  readonly data: Data
}

/** An HTTP answer in place of a WebSocket. */
export interface Refusal {
  readonly status: number
  /** Milliseconds to stay away for, by `Retry-After`. */
  readonly delay?: number | undefined
}

/** What a server learns of the request behind a transport; a transport without HTTP gives `{ headers: {} }`. */
export interface TransportRequest {
  /** Header names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Path and query as requested. */
  url?: string | undefined
  /** Address of the other end of the socket. */
  remoteAddress?: string | undefined
}
