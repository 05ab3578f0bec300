import type { AbortSignalLike, CallOptions, Payload, Unsubscribe } from '@wse/protocol'

/** A call or message of the other end, or what it asks of a topic. */
export interface Incoming {
  readonly kind: 'call' | 'message' | 'subscribe' | 'publish'
  readonly name: string
  /** Of topics alone: what they are defined by. */
  readonly template?: string
  /** Of calls alone. */
  readonly trace?: string | undefined
  /** Of calls alone; made when it is asked for. */
  readonly signal?: AbortSignalLike
  /** Whose it is, at a server. */
  readonly conn?: InstrumentedConnection
}

/** A call of one's own. */
export interface Outgoing {
  readonly kind: 'call' | 'stream'
  readonly name: string
  payload: Payload
  readonly options: CallOptions
  /** Whom a server calls. */
  readonly conn?: InstrumentedConnection
}

/** Stands around what comes in. */
export type IncomingLayer = (context: Incoming, next: () => unknown) => unknown

/** Stands around own calls. */
export type OutgoingLayer = (call: Outgoing, next: () => Payload) => unknown

/** What of a connection is used. */
export interface InstrumentedConnection {
  readonly cid: string | number
  readonly buffered: number
}

/** What both ends have. */
export interface InstrumentedEnd {
  use(layer: IncomingLayer): unknown
  intercept(layer: OutgoingLayer): Unsubscribe
}

/** What of a `WseServer` is used. */
export interface InstrumentedServer extends InstrumentedEnd {
  readonly clients: ReadonlyMap<unknown, { readonly conns: ReadonlyMap<string, InstrumentedConnection> }>
  readonly when: {
    connected(listener: (conn: InstrumentedConnection) => void): Unsubscribe
    disconnected(listener: (conn: InstrumentedConnection) => void): Unsubscribe
    resumed(listener: () => void): Unsubscribe
    reset(listener: (conn: InstrumentedConnection, reset: { readonly reason: string }) => void): Unsubscribe
  }
}

/** What of a `WseClient` is used. */
export interface InstrumentedClient extends InstrumentedEnd {
  readonly status: string
  readonly cid: string | number | null
  readonly buffered: number
  readonly when: {
    ready(listener: (welcome: Payload, how: { readonly resumed: boolean }) => void): Unsubscribe
    updated(listener: (status: string) => void): Unsubscribe
    reset(listener: (reset: { readonly reason: string }) => void): Unsubscribe
  }
}
