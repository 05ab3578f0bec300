import type { AbortSignalLike, CallOptions, NextOptions, Payload, Unsubscribe } from '@wse/protocol'
import type { BackplaneState, BackplaneStats } from '@wse/protocol/backplane'

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

/** What joins a server to others, as far as it is used. */
export interface InstrumentedBackplane {
  readonly state: BackplaneState
  readonly nodes: number
  readonly stats: BackplaneStats
}

/** What of a `WseServer` is used. */
export interface InstrumentedServer extends InstrumentedEnd {
  readonly clients: ReadonlyMap<unknown, { readonly conns: ReadonlyMap<string, InstrumentedConnection> }>
  readonly when: {
    connected(listener: (conn: InstrumentedConnection) => void): Unsubscribe
    disconnected(listener: (conn: InstrumentedConnection) => void): Unsubscribe
    resumed(listener: () => void): Unsubscribe
    reset(listener: (conn: InstrumentedConnection, reset: { readonly reason: string }) => void): Unsubscribe
    backplane(options?: NextOptions): Promise<unknown>
    gap(listener: (gap: { readonly lost: boolean }) => void): Unsubscribe
  }
  health(): { readonly live: boolean; readonly backplane: InstrumentedBackplane | null }
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
