/** The one door to `ws`: whoever needs it, or its types, comes through here. */

export type { ServerOptions as WsServerOptions, WebSocket } from 'ws'
export { WebSocketServer } from 'ws'
