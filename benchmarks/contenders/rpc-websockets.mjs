import { Client, Server } from 'rpc-websockets'
import { userOf } from '../harness/tokens.mjs'
import { Wire } from './rpc-websockets/wire.mjs'

/** JSON-RPC 2.0. Its server does not call clients. */
export default {
  name: 'rpc-websockets',
  label: 'rpc-websockets',
  rank: 21,
  packages: ['rpc-websockets'],
  bundles: { client: "export { Client } from 'rpc-websockets'" },
  serve,
  connect,
  Wire,
}

async function serve() {
  const server = new Server({ port: 0, host: '127.0.0.1' })
  server.setAuth(({ token }) => userOf(token) !== null)
  server.event('news').protected()
  server.event('said').protected()
  server.register('echo', (payload) => payload).protected()
  server.register('chat', (payload) => server.emit('said', payload)).protected()
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    port: server.wss.address().port,
    native: server,
    broadcast: (payload) => server.emit('news', payload),
  }
}

async function connect(port, token) {
  const client = new Client(`ws://127.0.0.1:${port}`)
  await new Promise((resolve) => client.once('open', resolve))
  await client.login({ token })
  return { native: client, call: (payload) => client.call('echo', payload), close: () => client.close() }
}
