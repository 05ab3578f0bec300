import type { CallContext, CallFacts, Clock, MessageFacts, Payload } from '@wse/protocol'
import { IncomingCall, IncomingMessage, type RunningCall } from '@wse/protocol/internal'
import type { WseConnection, WseIdentity } from '../people/people.js'

/** Answers calls of a client. */
export type Procedure = (conn: WseConnection, payload: Payload, ctx: CallContext) => unknown

/** Whose call or message it is. */
export interface Sender {
  /** The device it came from. */
  readonly conn: WseConnection
  /** The user of that device. */
  readonly user: WseIdentity
}

/** What middleware is given of a client's call, and the handler behind it. */
export interface ServerCallContext extends CallFacts, Sender {}

/** What middleware is given of a client's message, and the listeners behind it. */
export interface ServerMessageContext extends MessageFacts, Sender {}

/** What middleware around everything is given. */
export type ServerContext = ServerCallContext | ServerMessageContext

/** A client's call. */
export class ServerCall extends IncomingCall implements ServerCallContext {
  readonly conn: WseConnection

  constructor(conn: WseConnection, payload: Payload, call: RunningCall) {
    super(call, payload)
    this.conn = conn
  }

  get user(): WseIdentity {
    return this.conn.client
  }
}

/** A client's message. */
export class ServerMessage extends IncomingMessage implements ServerMessageContext {
  readonly conn: WseConnection

  constructor(clock: Clock, conn: WseConnection, name: string, payload: Payload) {
    super(clock, name, payload)
    this.conn = conn
  }

  get user(): WseIdentity {
    return this.conn.client
  }
}
