import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { userOf, welcomeOf } from '../harness/tokens.mjs'
import { Wire } from './socket-io/wire.mjs'

/** With defaults, but for the transport: WebSocket alone, as for all. */
export default {
  name: 'socket-io',
  label: 'socket.io',
  rank: 20,
  packages: ['socket.io', 'socket.io-client'],
  bundles: { client: "export { io } from 'socket.io-client'" },
  serve,
  connect,
  callsClients: true,
  Wire,
}

async function serve() {
  const http = createServer()
  const server = new Server(http, { transports: ['websocket'] })
  server.use((socket, next) => {
    socket.data.user = userOf(socket.handshake.auth.token)
    next(socket.data.user === null ? new Error('not authorized') : undefined)
  })
  server.on('connection', (socket) => {
    socket.join('room')
    socket.emit('welcome', welcomeOf(socket.data.user))
    socket.on('echo', (payload, answer) => answer(payload))
    socket.on('chat', (payload) => server.to('room').emit('said', payload))
  })
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    port: http.address().port,
    native: server,
    clients: () => [...server.sockets.sockets.values()],
    callClient: (socket, payload) => socket.emitWithAck('echo', payload),
    broadcast: (payload) => server.emit('news', payload),
  }
}

function connect(port, token) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], auth: { token }, forceNew: true })
  socket.on('echo', (payload, answer) => answer(payload))
  const client = {
    native: socket,
    call: (payload) => socket.emitWithAck('echo', payload),
    close: () => socket.disconnect(),
  }
  return new Promise((resolve, reject) => {
    socket.on('connect_error', reject)
    socket.on('welcome', () => resolve(client))
  })
}
