/** Listeners as classes, one a channel or type of message, and folders of them. */

export type { ListenerDefinition } from './from-listener.js'
export { fromListener, register } from './from-listener.js'
export { load } from './load.js'
export type {
  ChannelMiddleware,
  Listener,
  SocketChannelListenerShape,
  SocketListenerShape,
  SocketPacket,
} from './shapes.js'
export { SocketChannelListener, SocketListener } from './shapes.js'
