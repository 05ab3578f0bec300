import { bundled } from '../../harness/build.mjs'
import { tokenOf, userOf, welcomeOf } from '../../harness/tokens.mjs'
import { Wire } from './wire.mjs'

export const bundles = {
  client: "export { WseClient } from '@wse/client'",
  codes: "export { WSE_CLOSE, WSE_ERROR, WSE_STATUS, WseClient, WseError } from '@wse/client'",
}

/** WSE from a bundle of its sources, with defaults but for the options given. */
export function wse({ name, options = {}, bundle = 'wse', ...rest }) {
  const serve = async () => serveWith((await import(bundled(bundle, 'server'))).WseServer, options)
  const connect = async (port, token, more) =>
    connectWith((await import(bundled(bundle, 'client'))).WseClient, port, token, more)
  return { name, packages: ['ws'], bundle, serve, connect, callsClients: true, Wire, ...rest }
}

async function serveWith(WseServer, options) {
  const server = new WseServer({
    port: 0,
    host: '127.0.0.1',
    // More than the most a scenario opens.
    limits: { connections: 20_000 },
    identify({ identity, accept, refuse }) {
      const user = userOf(identity)
      if (user === null) refuse()
      else accept(user, welcomeOf(user))
    },
    ...options,
  })
  server.register('echo', (_, payload) => payload)
  server.channel.on('chat', (_, payload) => server.broadcast('said', payload))
  server.when.error((error) => console.error(error))
  const { port } = await server.listen()
  return {
    port,
    native: server,
    clients: () => [...server.clients.values()].flatMap(({ conns }) => [...conns.values()]),
    callClient: (conn, payload) => conn.call('echo', payload),
    broadcast: (payload) => server.broadcast('news', payload),
  }
}

async function connectWith(WseClient, port, token = tokenOf(0), more = {}) {
  const client = new WseClient({ url: `ws://127.0.0.1:${port}`, re: true, ...more })
  client.register('echo', (payload) => payload)
  await client.connect(token)
  return { native: client, call: (payload) => client.call('echo', payload), close: () => client.disconnect() }
}
