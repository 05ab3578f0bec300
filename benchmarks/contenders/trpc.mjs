import { EventEmitter, on } from 'node:events'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { initTRPC, TRPCError } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocket, WebSocketServer } from 'ws'
import { userOf, welcomeOf } from '../harness/tokens.mjs'
import { Wire } from './trpc/wire.mjs'

/** Who wants to be told subscribes. Its server does not call clients. */
export default {
  name: 'trpc',
  label: 'tRPC',
  rank: 22,
  packages: ['@trpc/server', '@trpc/client'],
  bundles: { client: "export { createTRPCClient, createWSClient, wsLink } from '@trpc/client'" },
  serve,
  connect,
  Wire,
}

async function serve() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const events = new EventEmitter().setMaxListeners(0)
  applyWSSHandler({ wss: server, router: routerOf(events), createContext })
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    port: server.address().port,
    native: server,
    broadcast: (payload) => events.emit('news', payload),
  }
}

function routerOf(events) {
  const { procedure, router } = initTRPC.context().create()
  const any = (value) => value
  return router({
    welcome: procedure.query(({ ctx }) => welcomeOf(ctx.user)),
    echo: procedure.input(any).query(({ input }) => input),
    chat: procedure.input(any).mutation(({ input }) => void events.emit('news', input)),
    news: procedure.subscription(async function* ({ signal }) {
      for await (const [payload] of on(events, 'news', { signal })) yield payload
    }),
  })
}

function createContext({ info }) {
  const user = userOf(info.connectionParams?.token)
  if (user === null) throw new TRPCError({ code: 'UNAUTHORIZED' })
  return { user }
}

async function connect(port, token) {
  const socket = createWSClient({ url: `ws://127.0.0.1:${port}`, connectionParams: { token }, WebSocket })
  const client = createTRPCClient({ links: [wsLink({ client: socket })] })
  await client.welcome.query()
  return { native: client, call: (payload) => client.echo.query(payload), close: () => socket.close() }
}
