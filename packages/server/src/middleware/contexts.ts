import type { CallContext, CallFacts, Clock, MessageFacts, Payload } from '@wse/protocol'
import { IncomingCall, IncomingMessage, type RunningCall } from '@wse/protocol/internal'
import type { WseConnection, WseIdentity } from '../people/people.js'

/** Answers calls of a client. */
export type Procedure = (conn: WseConnection, payload: Payload, ctx: CallContext) => unknown

/** Whose call or message it is. */
export interface Sender<Conn extends WseConnection = WseConnection> {
  /** The device it came from. */
  readonly conn: Conn
  /** The user of that device. */
  readonly user: Conn['client']
}

/** What middleware is given of a client's call, and the handler behind it. */
export interface ServerCallContext<Conn extends WseConnection = WseConnection> extends CallFacts, Sender<Conn> {}

/** What middleware is given of a client's message, and the listeners behind it. */
export interface ServerMessageContext<Conn extends WseConnection = WseConnection> extends MessageFacts, Sender<Conn> {}

/** What middleware around everything is given. */
export type ServerContext<Conn extends WseConnection = WseConnection> =
  | ServerCallContext<Conn>
  | ServerMessageContext<Conn>

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
