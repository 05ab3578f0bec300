import type { Payload, Unsubscribe } from '@wse/protocol'
import { invalidOption } from '@wse/protocol/internal'
import type { WseServer } from '../server.js'
import type { PublishContext } from '../topics/contexts.js'
import type { TopicHandlers, TopicOptions } from '../topics/definition.js'
import type {
  ChannelMiddleware,
  Listener,
  SocketChannelListenerShape,
  SocketListenerShape,
  SocketPacket,
} from './shapes.js'

/** What a listener comes to, for a server. */
export type ListenerDefinition =
  | { readonly kind: 'message'; readonly type: string; readonly listener: SocketListenerShape }
  | { readonly kind: 'topic'; readonly template: string; options(server: WseServer): TopicOptions }

/** What handles no event, whatever a client calls it. */
const OWN = new Set([
  'constructor',
  'channelName',
  'middlewares',
  'isAuthorised',
  'getChannelName',
  'broadcast',
  'send',
])

/**
 * Turns an instance of either shape of a listener class into a definition. Its events are the methods of its own prototype,
 * noted now: a name that comes over the network never reaches another.
 *
 * @throws {WseError} `INVALID_OPTION` for what has neither shape
 * @example
 * register(server, fromListener(new GlobalChat()))
 */
export function fromListener(instance: Listener): ListenerDefinition {
  if (has(instance, 'eventName', 'handle')) {
    const listener = instance as SocketListenerShape
    return { kind: 'message', type: listener.eventName(), listener }
  }
  if (!has(instance, 'channelName', 'isAuthorised')) {
    throw invalidOption(
      'listener',
      'takes an instance with eventName() and handle(), or channelName() and isAuthorised()',
    )
  }
  const listener = instance as SocketChannelListenerShape
  return { kind: 'topic', template: listener.channelName(), options: (server) => optionsOf(listener, server) }
}

/** Registers what {@link fromListener} gave; returns how to take it back. @throws {WseError} as `server.topic` and `server.message` */
export function register(server: WseServer, definition: ListenerDefinition): Unsubscribe {
  if (definition.kind === 'topic') {
    const topic = server.topic(definition.template, definition.options(server))
    return () => topic.remove()
  }
  const { type, listener } = definition
  return server.channel.on(type, (conn, payload) =>
    listener.handle(conn, conn.client, packetOf(type, undefined, payload)),
  )
}

function optionsOf(listener: SocketChannelListenerShape, server: WseServer): TopicOptions {
  const { middlewares } = listener
  return {
    authorize: async ({ conn, user }) => (await listener.isAuthorised(conn, user)) === true,
    use: (middlewares?.call(listener) ?? []).map(stepOf) as never,
    on: handlersOf(listener, server),
  }
}

function handlersOf(listener: SocketChannelListenerShape, server: WseServer): TopicHandlers {
  const prototype = Object.getPrototypeOf(listener)
  const names = Object.getOwnPropertyNames(prototype).filter((name) => !OWN.has(name))
  const events = names.flatMap((name) => {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value
    return typeof method === 'function' ? [[name, method] as const] : []
  })
  return Object.fromEntries(
    events.map(([name, method]) => [
      name,
      (ctx: PublishContext, data: Payload) =>
        method.call(view(listener, ctx, server), ctx.conn, ctx.user, packetOf(name, ctx.topic, data)),
    ]),
  )
}

/** The listener as it is for one event: it knows which channel that came on. What is set on it is set on the listener. */
function view(listener: object, ctx: PublishContext, server: WseServer): object {
  const own = new Map<PropertyKey, unknown>(
    Object.entries({
      getChannelName: () => ctx.topic,
      broadcast: (channel: string, event: string, data?: Payload) => void server.publish(channel, event, data),
      send: (event: string, data?: Payload) => void ctx.reply(event, data),
    }),
  )
  return new Proxy(listener, {
    get: (target, name, receiver) => own.get(name) ?? Reflect.get(target, name, receiver),
  })
}

function packetOf(event: string, channel: string | undefined, data: Payload): SocketPacket {
  return { getEvent: () => event, getChannel: () => channel, getData: () => data }
}

function stepOf(middleware: ChannelMiddleware) {
  return typeof middleware === 'function' ? middleware : middleware.handle.bind(middleware)
}

const has = (value: unknown, ...methods: string[]) =>
  typeof value === 'object' && value !== null && methods.every((name) => typeof Reflect.get(value, name) === 'function')
