import type { Payload } from '@wse/protocol'
import type { WseConnection, WseIdentity } from '../people/people.js'

/** What a listener is given of what arrived. */
export interface SocketPacket {
  getEvent(): string
  /** Undefined for what was sent outside of a channel. */
  getChannel(): string | undefined
  getData(): Payload
}

/** A middleware of a channel: a function, or an object with a `handle`. It goes on with `next()`, and refuses by throwing. */
export type ChannelMiddleware = Step | { handle: Step }
type Step = (ctx: never, next: never) => unknown

/** Handles messages of one type, outside of any channel. */
export interface SocketListenerShape {
  eventName(): string
  handle(connection: WseConnection, user: WseIdentity, packet: SocketPacket): unknown
}

/**
 * Handles what is published on a channel, each event by the method of its name. `broadcast`, `send` and `getChannelName` may
 * be called in these methods; `this` is the listener behind a proxy, through which `#private` members are not to be had.
 */
export interface SocketChannelListenerShape {
  /** Its levels may be `*`, or a named parameter: `chat:user.*`. */
  channelName(): string
  middlewares?(): readonly ChannelMiddleware[]
  isAuthorised(connection: WseConnection, user: WseIdentity): boolean | PromiseLike<boolean>
}

/** A listener of either shape. */
export type Listener = SocketListenerShape | SocketChannelListenerShape

/** Base class of listeners for messages of one type. */
export abstract class SocketListener implements SocketListenerShape {
  /** The type of message it handles. */
  abstract eventName(): string
  /** Handles one message. */
  abstract handle(connection: WseConnection, user: WseIdentity, packet: SocketPacket): unknown
}

/**
 * Base class of listeners for channels; its methods beside these handle the events of their names.
 *
 * @example
 * class GlobalChat extends SocketChannelListener {
 *   channelName() { return 'global-chat' }
 *   isAuthorised(connection, user) { return true }
 *   message(connection, user, packet) { this.broadcast('global-chat', 'message', { message: packet.getData().message }) }
 * }
 */
export abstract class SocketChannelListener implements SocketChannelListenerShape {
  abstract channelName(): string

  abstract isAuthorised(connection: WseConnection, user: WseIdentity): boolean | PromiseLike<boolean>

  /** @default none */
  middlewares(): readonly ChannelMiddleware[] {
    return []
  }

  /** The channel that was subscribed to: `user:1` where `channelName()` is `user:*`. */
  getChannelName(): string {
    throw new Error('getChannelName() is for the methods that handle events')
  }

  /** Publishes an event to whoever is subscribed to a channel. */
  broadcast(_channel: string, _event: string, _data?: Payload): void {
    throw new Error('broadcast() is for the methods that handle events; elsewhere there is server.publish()')
  }

  /** Sends an event on this channel to the user whose event is being handled. */
  send(_event: string, _data?: Payload): void {
    throw new Error('send() is for the methods that handle events')
  }
}
