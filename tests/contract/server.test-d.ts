// Compiled, never run: what a server with a contract knows, and what it does not let one write.
import type {
  CallContext,
  Current,
  Delivery,
  Next,
  Payload,
  ServerCallContext,
  ServerContext,
  Target,
  TargetAnswer,
  TopicContext,
  TypedTarget,
  WseConnection,
} from '@wse/server'
import {
  type Answers,
  type Asks,
  type ClientOf,
  type ConnectionOf,
  type Hears,
  type Identify,
  type IdentifyContext,
  type TypedConnection,
  type TypedProcedure,
  type TypedTopic,
  WseIdentity,
  WseServer,
  type WseServerOptions,
} from '@wse/server'
import { chat } from '../../packages/protocol/src/contract/contract.test-helper.js'
import { same } from './same.js'

type Chat = typeof chat
type Conn = ConnectionOf<WseServer<Chat>>
const server = new WseServer({ contract: chat, identify: ({ accept }) => accept('ann', { name: 'Ann' }) })
const role = (_: ServerContext, next: Next) => next({ role: 'admin' as const })
const stampTopic = (_: TopicContext, next: Next) => next({ at: 1 as const })
const stamp = (_: ServerCallContext, next: Next) => next({ at: 1 })

export function names() {
  same<typeof server, WseServer<Chat>>()
  same<Conn, TypedConnection<Chat>>()
  same<ConnectionOf<typeof server>, Conn>()
  same<keyof Answers<Chat>, 'add' | 'at' | 'greet' | 'reset' | 'ticks' | 'translate' | 'upload'>()
  same<keyof Asks<Chat>, 'confirm'>()
  same<keyof Hears<Chat>, 'chat' | 'seen' | 'ping'>()
  same<ClientOf<typeof server>, Conn['client']>()
  // @ts-expect-error: the client answers it
  server.register('confirm', () => true)
  // @ts-expect-error: no such call
  server.unregister('confirm')
  // @ts-expect-error: the server says it
  server.channel.on('notice', () => {})
  // @ts-expect-error: no such message
  server.message('notice', () => {})
  // @ts-expect-error: clients say it
  server.broadcast('chat', { text: 'hi' })
  // @ts-expect-error: no such option
  new WseServer({ contract: chat, identify: () => {}, outgoing: 'sometimes' })
  // @ts-expect-error: no contract
  new WseServer({ contract: { server: {} }, identify: () => {} })
  // @ts-expect-error: identify is required
  new WseServer({ contract: chat })
}

export function handlers() {
  server.register('add', (conn, { a, b }, ctx) => {
    same<typeof conn, Conn>()
    same<typeof a, number>()
    ctx.signal.throwIfAborted()
    if (a > 9) throw ctx.error('TOO_BIG', { max: 9 })
    if (b > 9) throw ctx.error('CLOSED')
    // @ts-expect-error: details are needed
    ctx.error('TOO_BIG')
    // @ts-expect-error: max is a number
    ctx.error('TOO_BIG', { max: '9' })
    // @ts-expect-error: no such error
    ctx.error('TOO_SMALL')
    same<typeof ctx.user, ClientOf<typeof server>>()
    same<typeof ctx.name, string>()
    return a + b
  })
  server.register('add', async (_conn, { a }) => a, { timeout: 5 })
  // @ts-expect-error: a handler is needed
  server.register('add')
  // @ts-expect-error: a number is wanted
  server.register('add', () => 'three')
  // @ts-expect-error: a number is wanted
  server.register('add', async () => 'three')
  // @ts-expect-error: something is wanted
  server.register('add', () => {})
  // @ts-expect-error: there is no c
  server.register('add', (_conn, { c }) => c)
  // @ts-expect-error: no such option
  server.register('add', (_conn, { a }) => a, { timeOut: 5 })
  server.register('reset', () => 'stays here')
  server.register('greet', (_conn, name) => {
    same<typeof name, string>()
    return name
  })
  server.register('at', (_conn, at) => {
    same<typeof at, Date>()
    return at.toISOString()
  })
  // @ts-expect-error: what travels is a text
  server.register('at', (_conn, at) => at)
  const add: TypedProcedure<Chat, 'add'> = (conn, { a, b }) => conn.meta.device.length + a + b
  server.register('add', add)
  // @ts-expect-error: it answers another
  server.register('greet', add)
}

export function streamingHandlers() {
  server.register('ticks', async function* (_conn, { every }) {
    yield every
    return 'done'
  })
  server.register('upload', async (_conn, input, ctx) => {
    same<typeof input, undefined>()
    let size = 0
    for await (const chunk of ctx.chunks) size += chunk.length
    return size
  })
  server.register('translate', async function* (_conn, _language, { chunks }) {
    for await (const word of chunks) yield word
  })
  // @ts-expect-error: items are numbers
  server.register('ticks', async function* () {
    yield 'tick'
    return 'done'
  })
  // @ts-expect-error: it gives items
  server.register('ticks', () => 1)
}

export async function callingBack() {
  server.register('add', async (conn, { a }, ctx) => {
    same<boolean, Awaited<ReturnType<typeof ctx.call<'confirm'>>>>()
    const within: boolean = await conn.call('confirm', 'Sure?', { within: ctx, timeout: 5 })
    // @ts-expect-error: no such call
    ctx.call('add', { a: 1, b: 2 })
    // @ts-expect-error: a question is a text
    conn.call('confirm', 1)
    const { client } = conn
    same<typeof client, ClientOf<typeof server>>()
    for (const other of client.conns.values()) other.send('notice', 'hi')
    // @ts-expect-error: a notice is a text
    client.send('notice', 1)
    // @ts-expect-error: no such message
    client.send('chat', { text: 'hi' })
    const result = await conn.try('confirm', 'Sure?')
    return result.ok && result.value && within ? a : 0
  })
}

export function middleware() {
  const app = server.use(role).use((ctx, next) => {
    ctx.conn.send('notice', ctx.role)
    same<typeof ctx.user, ClientOf<typeof server>>()
    return next({ one: 1 })
  })
  app.register('add', (conn, { a }, ctx) => {
    same<typeof conn, Conn>()
    same<typeof ctx.role, 'admin'>()
    same<typeof ctx.conn, Conn>()
    same<typeof ctx.user, ClientOf<typeof server>>()
    if (a > 9) throw ctx.error('TOO_BIG', { max: ctx.one })
    // @ts-expect-error: no such error
    ctx.error('TOO_SMALL')
    return a
  })
  app.register('add', (_conn, { a }, ctx) => a + ctx.at + ctx.one, { use: [stamp], timeout: 5 })
  // @ts-expect-error: nobody added it
  app.register('add', (_conn, { a }, ctx) => a + ctx.two)
  // @ts-expect-error: no such call
  app.register('sub', () => 1)
  // @ts-expect-error: a number is wanted
  app.register('add', () => 'three')
  server.register('add', (_conn, { a }, ctx) => (ctx.role === 'admin' ? a : ctx.at), { use: [role, stamp] })
  app.channel.on('chat', (conn, { text }, ctx) => conn.send('notice', `${text} ${ctx.role} ${ctx.requestId}`))
  // @ts-expect-error: no such message
  app.channel.on('notice', () => {})
  app.message('seen', (_conn, at, ctx) => at.getTime() + ctx.one, { log: null })
  server.message('seen', (_conn, at, ctx) => `${at.getTime()} ${ctx.role}`, { use: [role] })
  same<ConnectionOf<typeof app>, Conn>()
  const same_: WseServer<Chat> = app
  same_.intercept(({ conn }, next) => (conn.meta.device === 'phone' ? next() : undefined))
}

export function messages() {
  same<ReturnType<typeof server.broadcast<'notice'>>, Delivery>()
  server.broadcast('notice', 'hi', { volatile: true })
  server.send('ann', 'notice', 'hi', { latest: 'key' })
  // @ts-expect-error: a notice is a text
  server.broadcast('notice', 1)
  // @ts-expect-error: a payload is needed
  server.send('ann', 'notice')
  server.channel.on('seen', (conn, at) => {
    same<typeof conn, Conn>()
    same<typeof at, Date>()
  })
  const listen = (_conn: Conn, { text }: { text: string }) => text
  server.channel.once('chat', listen)
  server.channel.off('chat', listen)
  // @ts-expect-error: text is a text
  server.channel.on('chat', (_conn, { text }: { text: number }) => text)
  server.streams.on('file', (conn) => conn.send('notice', 'got it'))
}

export async function comingIn() {
  new WseServer({
    contract: chat,
    identify(ctx) {
      same<typeof ctx.identity, { token: string }>()
      same<typeof ctx.meta, { device: string }>()
      same<typeof ctx.refresh, boolean>()
      if (ctx.challenge) same<typeof ctx.challenge, { readonly quest: { nonce: string }; readonly response: string }>
      ctx.accept('ann', { name: 'Ann' }, { expires: 5 })
      ctx.accept(ctx.identity.token === 'x' && 'ann', { name: 'Ann' })
      ctx.accept(null)
      // @ts-expect-error: a welcome has a name
      ctx.accept('ann', {})
      // @ts-expect-error: a welcome is needed
      ctx.accept('ann')
      // @ts-expect-error: a user has an id
      ctx.accept({}, { name: 'Ann' })
    },
  })
  server.useChallenge((identity, _meta, quest) => quest({ nonce: identity.token }))
  // @ts-expect-error: a quest has a nonce
  server.useChallenge((_identity, _meta, quest) => quest('nonce'))
  server.when.joined((client, meta) => {
    same<typeof client, ClientOf<typeof server>>()
    same<typeof meta, { device: string }>()
  })
  server.when.outdated((conn, { ours, theirs }) => conn.send('notice', ours === theirs ? 'same' : 'reload'))
  server.when.error((_error, conn) => conn?.send('notice', 'sorry'))
  const conn = await server.when.connected()
  same<typeof conn, Conn>()
  same<typeof conn.identity, { token: string }>()
  return server.clients.get('ann')?.meta.device
}

/** What was written for servers without a contract takes one with it. */
export function asPlain(audit: (ctx: CallContext) => void, identify: Identify) {
  const plain = (given: WseServer, conn: WseConnection) => [given.inspect(), conn.call('anything')]
  server.when.connected((conn) => plain(server, conn))
  plain(server.use(role), {} as Conn)
  server.register('add', (_conn, { a }, ctx) => {
    audit(ctx)
    return a
  })
  new WseServer({ contract: chat, identify })
  same<ReturnType<typeof server.use<typeof role>>['tO'], number>()
  const unknown: unknown = server
  if (unknown instanceof WseServer) same<typeof unknown, WseServer>()
  if (unknown instanceof WseIdentity) same<typeof unknown, WseIdentity>()
  // @ts-expect-error: narrowing forgets nothing
  if (server instanceof WseServer) server.register('confirm', () => {})
}

class Shop extends WseServer<Chat> {
  open() {
    this.register('add', (_conn, { a, b }) => a + b)
    // @ts-expect-error: no such call
    this.register('sub', () => 1)
    return this.use(role)
  }
}

class Plain extends WseServer {
  open() {
    this.register('sub', (_conn, { a, b }) => a - b)
    return this.use(role)
  }
}

export function subclasses() {
  const shop = new Shop({ contract: chat, identify: () => {} }).open()
  shop.open().register('add', (_conn, { a }, ctx) => (ctx.role === 'admin' ? a : 0))
  const plain: WseServer = new Plain({ identify: () => {} }).open()
  return [shop, plain]
}

/** Without a contract everything is as it was. */
export function withoutContract() {
  const identify: Identify = (context) => same<typeof context, IdentifyContext>()
  const loose = new WseServer({ port: 0, identify: (context) => same<typeof context, IdentifyContext>() })
  same<typeof loose, WseServer>()
  same<WseServer<typeof chat> extends WseServer ? true : false, true>()
  same<ConnectionOf<typeof loose>, WseConnection>()
  same<ClientOf<typeof loose>, WseIdentity>()
  loose.register('sub', (conn, { a, b }) => {
    same<typeof conn, WseConnection>()
    return a - b
  })
  loose.channel.on('anything', (_conn, payload) => same<typeof payload, Payload>())
  const options: WseServerOptions = { identify }
  const given: ConstructorParameters<typeof WseServer>[0] = options
  return [new WseServer(options), new WseServer(given), new WseServer({ contract: undefined, identify })]
}

export async function people(conn: Conn) {
  const target = server.to(['ann', conn])
  same<typeof target, TypedTarget<Chat>>()
  target.send('notice', 'hi', { volatile: true })
  // @ts-expect-error: a notice is a text
  target.send('notice', 1)
  // @ts-expect-error: clients say it
  conn.others.send('chat', { text: 'hi' })
  conn.others.except('ann').send('notice', 'hi')
  server.to((each) => each.meta.device === 'phone')
  server.to({ where: { meta: { device: 'phone' } } })
  // @ts-expect-error: no such member
  server.to({ where: { meta: { colour: 'red' } } })
  for (const answer of await target.call('confirm', 'Sure?', { device: 'all', timeout: 5 })) {
    same<typeof answer, TargetAnswer<boolean>>()
    if (answer.ok) same<typeof answer.value, boolean>()
  }
  // @ts-expect-error: a question is a text
  target.call('confirm', 1)
  // @ts-expect-error: no such call
  target.call('add', { a: 1, b: 2 })
  const sure = await conn.client.call('confirm', 'Sure?', { device: 'any' })
  same<typeof sure, boolean>()
  const latest = await server.call('ann', 'confirm', 'Sure?')
  same<typeof latest, boolean>()
  const all = await server.call('ann', 'confirm', 'Sure?', { device: 'all' })
  same<typeof all, TargetAnswer<boolean>[]>()
  // @ts-expect-error: no such choice
  server.call('ann', 'confirm', 'Sure?', { device: 'first' })
  const [device] = conn.client.devices
  same<
    string | undefined,
    typeof device extends infer D ? (D extends { meta: { device: infer M } } ? M : undefined) : 0
  >()
  server.broadcast('notice', 'hi', { except: [conn, 'bob'] })
  server.as('ann', () => server.reply('notice', 'hi'))
  // @ts-expect-error: a notice is a text
  server.reply('notice', 1)
  const current = server.current()
  same<typeof current, Current<Conn> | null>()
}

export async function peopleWithoutContract(loose: WseServer) {
  const target = loose.to('ann')
  same<typeof target, Target<WseConnection>>()
  const value = await loose.call('ann', 'anything')
  same<typeof value, Payload>()
  const all = await loose.call('ann', 'anything', 1, { device: 'all' })
  same<typeof all, TargetAnswer[]>()
  // @ts-expect-error: read once
  loose.to('ann').call('anything', 1, { chunks: [] })
}

export function topics() {
  const rooms = server.topic('room:{id}', {
    use: [stampTopic],
    authorize: ({ user, params, payload, at }) => {
      same<[typeof user, typeof params.id, typeof at], [Conn['client'], string, 1]>()
      same<typeof payload, { typing: boolean } | undefined>()
      return user.cid === params.id
    },
    on: {
      said: (ctx, { who, text }) => {
        same<[typeof ctx.conn, typeof who, typeof ctx.params.id, typeof ctx.at], [Conn, string, string, 1]>()
        ctx.publish('said', { who, text }, { except: ctx.conn })
        ctx.reply('said', { who, text })
        // @ts-expect-error: no such event
        ctx.publish('sung', { who, text })
        // @ts-expect-error: who is missing
        ctx.publish('said', { text })
      },
    },
  })
  same<typeof rooms, TypedTopic<Chat['topics']['room:{id}'], 'room:{id}'>>()
  rooms.publish({ id: 42 }, 'said', { who: 'ann', text: 'hi' }, { key: 'k' })
  server.publish('room:42', 'said', { who: 'ann', text: 'hi' })
  server.topic('room:{id}', { on: { said: true } })
  server.topic('room:{id}')
  // @ts-expect-error: no such topic
  server.topic('hall:{id}')
  // @ts-expect-error: no such event
  server.topic('room:{id}', { on: { sung: true } })
  // @ts-expect-error: no such parameter
  server.topic('room:{id}', { authorize: ({ params }) => params.name === 'x' })
  // @ts-expect-error: no such parameter
  rooms.publish({ name: 42 }, 'said', { who: 'ann', text: 'hi' })
  // @ts-expect-error: a parameter is to be given
  server.publish('room:{id}', 'said', { who: 'ann', text: 'hi' })
  // @ts-expect-error: no such topic
  server.publish('hall:42', 'said', { who: 'ann', text: 'hi' })
  server.to('ann').publish('room:42', 'said', { who: 'ann', text: 'hi' })
  // @ts-expect-error: no such event
  server.to('ann').publish('room:42', 'sung')
  // @ts-expect-error: data is needed
  server.publish('room:42', 'said')
}

export function topicsWithoutContract(loose: WseServer) {
  loose.topic('chat:user.{id}.{device}', {
    authorize: ({ params }) => {
      same<typeof params, { readonly id: string; readonly device: string }>()
      return true
    },
    // @ts-expect-error: no such parameter
    on: { said: ({ params }) => params.name },
  })
  loose.topic('any:*', { authorize: ({ params }) => params['*'] === 'x' })
  loose.topic('plain' as string, { authorize: ({ params }) => params.whatever === 'x' })
  loose.publish('anything', 'at all', 5)
}
