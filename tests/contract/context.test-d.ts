// Compiled, never run: what is known of the context an upgrade hook gives.
import {
  type ClientOf,
  type ConnectionOf,
  type ContextOf,
  defineUpgrade,
  type IdentifyContext,
  type Payload,
  type Upgrade,
  type UpgradeRequest,
  WseServer,
  type WseServerOptions,
} from '@wse/server'
import { chat } from '../../packages/protocol/src/contract/contract.test-helper.js'
import { same } from './same.js'

interface Login {
  readonly user: string
}
const login = (request: UpgradeRequest): Login => ({ user: request.cookies.user ?? '' })

export function plain() {
  const server = new WseServer({
    upgrade: async (request) => {
      same<typeof request, UpgradeRequest>()
      if (request.params.room === undefined) return new Response(null, { status: 404 })
      return { context: login(request) }
    },
    identify: ({ context, accept }) => {
      same<typeof context, Login>()
      accept(context.user)
    },
  })
  same<ConnectionOf<typeof server>['context'], Login>()
  same<ContextOf<typeof server>, Login>()
  same<ClientOf<typeof server>, ConnectionOf<typeof server>['client']>()
  server.channel.on('chat', (conn) => same<typeof conn.context, Login>())
  server.register('whoami', (conn) => same<typeof conn.context, Login>())
  server.register('whoami', (conn, _, ctx) => [same<typeof conn.context, Login>(), ctx.conn.context.user], {
    timeout: 5,
  })
  server.message('chat', (conn, _, ctx) => [same<typeof conn.context, Login>(), ctx.user.conns])
  server.streams.on('file', (conn) => same<typeof conn.context, Login>())
  server.when.connected((conn) => same<typeof conn.context, Login>())
  for (const { conns } of server.clients.values()) for (const conn of conns.values()) same<typeof conn.context, Login>()
  const less: WseServer = server
  return less
}

export function withContract() {
  const server = new WseServer({
    contract: chat,
    upgrade: (request) => ({ context: login(request) }),
    identify: ({ context, accept }) => {
      same<typeof context, Login>()
      accept(context.user, { name: 'Ann' })
    },
  })
  same<typeof server, WseServer<typeof chat, Login>>()
  same<ContextOf<typeof server>, Login>()
  server.register('add', (conn, { a, b }) => a + b + conn.context.user.length)
  server.channel.on('chat', (conn, { text }) => [same<typeof conn.context, Login>(), same<typeof text, string>()])
  // @ts-expect-error: no such call
  server.register('whoami', () => {})
  const less: WseServer<typeof chat> = server
  return less
}

export function known() {
  const upgrade = defineUpgrade((request) => ({ context: login(request) }))
  same<ContextOf<typeof upgrade>, Login>()
  same<ContextOf<Upgrade<Login>>, Login | undefined>()
  // Behind identify in the options: there it is known already.
  const server = new WseServer({ identify: ({ context, accept }) => accept(context.user), upgrade })
  same<ConnectionOf<typeof server>['context'], Login>()
  same<ContextOf<(request: UpgradeRequest) => { context: 5 } | Response>, 5>()
  same<ContextOf<(request: UpgradeRequest) => Promise<{ context: 5 } | undefined>>, 5 | undefined>()
  // @ts-expect-error: what is neither nothing, nor a context, nor a Response
  defineUpgrade(() => true)
  // @ts-expect-error: likewise
  new WseServer({ upgrade: () => 'yes', identify: () => {} })
}

export function none() {
  const server = new WseServer({ identify: (context) => same<typeof context, IdentifyContext>() })
  same<typeof server, WseServer>()
  same<ConnectionOf<typeof server>['context'], Payload>()
  const options: WseServerOptions = { identify: () => {}, upgrade: () => {} }
  same<ConnectionOf<WseServer>['context'], Payload>()
  return [new WseServer(options), new WseServer<typeof chat>({ contract: chat, upgrade: () => {}, identify: () => {} })]
}
