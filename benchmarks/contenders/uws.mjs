import { resolve } from 'node:path'
import { userOf, welcomeOf } from '../harness/tokens.mjs'
import { connect } from './ws/peer.mjs'
import { Wire } from './ws/wire.mjs'

const { UWS } = process.env

/** uWebSockets.js, written in C++, with the protocol and the client of raw ws. It is not on npm: bring your own. */
export default {
  name: 'uws',
  label: 'uWebSockets.js',
  rank: 30,
  missing: UWS ? null : 'set UWS to the path of its uws.js',
  packages: [],
  serve,
  connect,
  Wire,
}

async function serve() {
  const { default: uws } = await import(resolve(UWS))
  const app = uws.App()
  const tell = (type, payload) => app.publish('all', JSON.stringify([type, payload]))
  const handlers = new Map([
    ['echo', (payload) => payload],
    ['chat', (payload) => void tell('said', payload)],
  ])
  app.ws('/*', {
    message(socket, data) {
      const message = JSON.parse(Buffer.from(data))
      if (typeof message === 'string') return welcome(socket, message)
      const [type, payload, stamp] = message
      const result = handlers.get(type)(payload)
      if (stamp !== undefined) socket.send(JSON.stringify(['r', result, stamp]))
    },
  })
  const listening = await new Promise((resolve) => app.listen('127.0.0.1', 0, resolve))
  return { port: uws.us_socket_local_port(listening), native: app, broadcast: (payload) => tell('news', payload) }
}

function welcome(socket, token) {
  const user = userOf(token)
  if (user === null) return socket.end(4501)
  socket.subscribe('all')
  socket.send(JSON.stringify(['welcome', welcomeOf(user)]))
}
