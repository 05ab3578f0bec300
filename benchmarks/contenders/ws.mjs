import { WebSocketServer } from 'ws'
import { userOf, welcomeOf } from '../harness/tokens.mjs'
import { connect, Peer } from './ws/peer.mjs'
import { Wire } from './ws/wire.mjs'

/** What everything is compared with: `ws`, and as little as a program needs that has calls, messages and a login. */
export default {
  name: 'ws',
  label: 'raw ws',
  rank: 0,
  packages: ['ws'],
  bundles: { client: "export { connect } from './contenders/ws/browser.mjs'" },
  serve,
  connect,
  callsClients: true,
  Wire,
}

function serve() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const peers = new Set()
  const tell = (type, payload) => {
    const text = JSON.stringify([type, payload])
    for (const peer of peers) peer.socket.send(text)
  }
  const handlers = new Map([
    ['echo', (payload) => payload],
    ['chat', (payload) => tell('said', payload)],
  ])
  server.on('connection', (socket) => {
    socket.once('message', (token) => {
      const user = userOf(JSON.parse(token))
      if (user === null) return socket.close(4501)
      const peer = new Peer(socket, handlers)
      peers.add(peer)
      socket.on('close', () => peers.delete(peer))
      socket.send(JSON.stringify(['welcome', welcomeOf(user)]))
    })
  })
  return new Promise((resolve) =>
    server.on('listening', () =>
      resolve({
        port: server.address().port,
        clients: () => [...peers],
        callClient: (peer, payload) => peer.call('echo', payload),
        broadcast: (payload) => tell('news', payload),
      }),
    ),
  )
}
