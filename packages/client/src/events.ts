import type { Outdated, Payload, Reset, WseError, WseStatus } from '@wse/protocol'

/** What an attempt to come back is about. */
export interface Retrying {
  /** Which attempt since the last stable link, from 1. */
  attempt: number
  /** Milliseconds until it starts. */
  delay: number
  /** Why the last link, or attempt, ended. */
  cause: WseError
}

/** How a client became READY. */
export interface ReadyHow {
  /** Whether the session it had before goes on: then nothing was lost. */
  resumed: boolean
}

/** The events of `client.when`, with what each carries. `Welcome`: of a contract. */
export type ClientEvents<Welcome = Payload> = {
  /** Connected and authenticated, again after each lost link and after a jump. */
  ready: [welcome: Welcome, how: ReadyHow]
  /** A link is open, before it is authenticated. */
  connected: []
  /** A link was lost or closed. */
  closed: [code: number, reason: string]
  /** A session ended that could not go on: what has become of the messages it was given. */
  reset: [reset: Reset]
  /** The server pinged: how long the last ping took there and back, in ms. */
  latency: [ms: number]
  /** After `send` said `'queued'`: everything has been handed to the network, there is room again. */
  drain: []
  /** The server speaks by another contract than this client. */
  outdated: [outdated: Outdated]
  /** The authorisation ends in so many ms; a client whose identity is a function renews it by itself. */
  expiring: [ms: number]
  /** The status changed; `client.status` has the new value already. */
  updated: [status: WseStatus]
  /** The client waits before it tries to come back. */
  retrying: [retrying: Retrying]
  /** Something failed that is nobody's answer: a listener threw, the socket failed, the server broke the protocol. */
  error: [error: WseError]
  /** A message came for which the channel has no listener, or an event of a topic that the contract does not have. */
  ignored: [type: string, payload: Payload]
  /** An event came of a topic the server subscribed this client to by itself, and the client has no subscription for. */
  event: [topic: string, event: string, data: Payload]
}

/** Names of the events. */
export const CLIENT_EVENTS: readonly (keyof ClientEvents)[] = [
  'ready',
  'connected',
  'closed',
  'reset',
  'latency',
  'outdated',
  'drain',
  'expiring',
  'updated',
  'retrying',
  'error',
  'ignored',
  'event',
]
