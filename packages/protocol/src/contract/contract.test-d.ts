// Compiled, never run: what a contract lets one write, and what it does not.
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import type { WseErrorCode } from '../codes/tables.js'
import type { WseError } from '../error/wse-error.js'
import { Channel } from '../events/channel.js'
import type { Payload } from '../frames/payload.js'
import type { SendResult } from '../link/link.js'
import type { CallOptions } from '../peer/call-options.js'
import type { Asking, ClientApi, ConnectionApi, Hearing, IdentifyApi, Saying, ServerApi } from './api.js'
import type { AnyContract, LooseContract } from './contract.js'
import { chat } from './contract.test-helper.js'
import { defineContract } from './define-contract.js'
import type {
  CallArgs,
  CallName,
  ClientSide,
  Received,
  ServerSide,
  StreamName,
  TopicName,
  TopicParams,
} from './infer.js'
import { rpc } from './rpc.js'
import { topic } from './topic.js'

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false
const same = <One, Other>(..._same: Same<One, Other> extends true ? [] : [different: never]) => {}

type Chat = typeof chat
interface Base {
  readonly signal: AbortSignal
}
declare const server: ServerApi<Chat, ConnectionApi<Chat>, Base>
declare const conn: ConnectionApi<Chat>
declare const client: ClientApi<Chat, Base>

export function names() {
  same<CallName<Chat['server']['calls']>, 'add' | 'at' | 'greet' | 'reset' | 'upload'>()
  same<StreamName<Chat['server']['calls']>, 'ticks' | 'translate'>()
  same<keyof ServerSide<Chat>['asks'], 'confirm'>()
  same<keyof ClientSide<Chat>['hears'], 'notice'>()
  // @ts-expect-error: no such call
  client.call('substract', { a: 1, b: 2 })
  // @ts-expect-error: the client answers it
  client.call('confirm', 'sure?')
  // @ts-expect-error: it gives items
  client.call('ticks', { every: 1 })
  // @ts-expect-error: it gives none
  client.stream('add', { a: 1, b: 2 })
  // @ts-expect-error: no such message
  client.send('notice', 'x')
  // @ts-expect-error: the client answers it
  server.register('confirm', () => true)
  // @ts-expect-error: no such message
  server.channel.on('notice', () => {})
  // @ts-expect-error: no such call
  server.unregister('confirm')
}

export async function calls(signal: AbortSignal) {
  same<number, Awaited<ReturnType<typeof client.call<'add'>>>>()
  const sum: number = await client.call('add', { a: 1, b: 2 }, { timeout: 500, signal })
  // @ts-expect-error: a number is given
  const text: string = await client.call('add', { a: 1, b: 2 })
  // @ts-expect-error: an input is needed
  client.call('add')
  // @ts-expect-error: b is missing
  client.call('add', { a: 1 })
  // @ts-expect-error: b is no text
  client.call('add', { a: 1, b: '2' })
  // @ts-expect-error: there is no c
  client.call('add', { a: 1, b: 2, c: 3 })
  // @ts-expect-error: no such option
  client.call('add', { a: 1, b: 2 }, { timeOut: 500 })
  // @ts-expect-error: it takes no chunks
  client.call('add', { a: 1, b: 2 }, { chunks: [] })
  const sure: boolean = await conn.call('confirm', 'Sure?')
  return [sum, text, sure]
}

export async function sidesOfTransforms() {
  const date: Date = await client.call('at', '2026-01-01T00:00:00Z')
  // @ts-expect-error: what travels is a text
  client.call('at', new Date())
  server.register('at', (_conn, at) => {
    same<typeof at, Date>()
    return at.toISOString()
  })
  // @ts-expect-error: what travels is a text
  server.register('at', (_conn, at) => at)
  return date
}

export async function leavingOut() {
  await client.call('greet')
  await client.call('greet', 'ann', { timeout: 1 })
  same<undefined, Awaited<ReturnType<typeof client.call<'reset'>>>>()
  await client.call('reset')
  await client.call('reset', undefined, { timeout: 1 })
  // @ts-expect-error: it takes nothing
  await client.call('reset', 1)
  client.send('ping')
  // @ts-expect-error: a payload is needed
  client.send('chat')
  server.register('greet', (_conn, name) => {
    same<typeof name, string>()
    return name
  })
}

export async function streams(chunks: AsyncIterable<Uint8Array<ArrayBuffer>>) {
  for await (const tick of client.stream('ticks', { every: 1 })) same<typeof tick, number>()
  const last = await client.stream('ticks', { every: 1 }).next()
  if (last.done) same<typeof last.value, string>()
  const size: number = await client.call('upload', undefined, { chunks })
  for await (const word of client.stream('translate', 'de', { chunks: ['one', 'two'] })) same<typeof word, string>()
  // @ts-expect-error: chunks are needed
  client.call('upload')
  // @ts-expect-error: chunks are needed
  client.stream('translate', 'de')
  // @ts-expect-error: chunks are bytes
  client.call('upload', undefined, { chunks: ['text'] })
  return size
}

export function handlers() {
  server.register('add', (of, { a, b }, ctx) => {
    same<typeof of, ConnectionApi<Chat>>()
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
    return a + b
  })
  server.register('add', async (_conn, { a }) => a)
  // @ts-expect-error: a number is wanted
  server.register('add', () => 'three')
  // @ts-expect-error: a number is wanted
  server.register('add', async () => 'three')
  // @ts-expect-error: something is wanted
  server.register('add', () => {})
  // @ts-expect-error: there is no c
  server.register('add', (_conn, { c }) => c)
  server.register('reset', () => 'stays here')
  client.register('confirm', (question, ctx) => question.length > 0 && !ctx.signal.aborted)
  // @ts-expect-error: a question is a text
  client.register('confirm', (question: number) => question > 0)
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
  server.register('add', (_conn, { a }, ctx) => {
    same<typeof ctx.chunks, undefined>()
    return a
  })
}

export function messages() {
  client.send('chat', { text: 'hi' })
  client.send('chat', { text: 'hi' }, { volatile: true })
  // @ts-expect-error: text is a text
  client.send('chat', { text: 1 })
  // @ts-expect-error: what travels is a text
  client.send('seen', new Date())
  conn.send('notice', 'hi')
  server.broadcast('notice', 'hi')
  server.send('ann', 'notice', 'hi')
  // @ts-expect-error: a notice is a text
  server.broadcast('notice', 1)
  // @ts-expect-error: clients say it
  server.send('ann', 'chat', { text: 'hi' })
  server.channel.on('seen', (of, at) => {
    same<typeof of, ConnectionApi<Chat>>()
    same<typeof at, Date>()
  })
  client.channel.once('notice', (text) => same<typeof text, string>())
  // @ts-expect-error: a notice is a text
  client.channel.on('notice', (text: number) => text)
}

export async function comingIn(ctx: IdentifyApi<Chat>) {
  same<typeof ctx.identity, { token: string }>()
  same<typeof ctx.meta, { device: string }>()
  ctx.accept('ann', { name: 'Ann' })
  ctx.accept(null)
  // @ts-expect-error: a welcome has a name
  ctx.accept('ann', {})
  // @ts-expect-error: a welcome is needed
  ctx.accept('ann')
  const { name } = await client.connect({ token: 't' }, { device: 'phone' })
  same<typeof name, string>()
  await client.connect(async ({ attempt }) => ({ token: `t${attempt}` }), { device: 'phone' })
  // @ts-expect-error: an identity is needed
  client.connect()
  // @ts-expect-error: meta is needed
  client.connect({ token: 't' })
  // @ts-expect-error: the token is a text
  client.connect({ token: 1 }, { device: 'phone' })
  client.challenge(({ nonce }, solve) => solve(nonce))
  // @ts-expect-error: an answer is a text
  client.challenge((_quest, solve) => solve(1))
  server.useChallenge((identity, _meta, quest) => quest({ nonce: identity.token }))
  // @ts-expect-error: a quest has a nonce
  server.useChallenge((_identity, _meta, quest) => quest('nonce'))
  same<typeof conn.identity, { token: string }>()
  server.when.joined((_client, meta) => same<typeof meta, { device: string }>())
  client.when.ready((welcome) => same<typeof welcome, { name: string }>())
  client.when.outdated(({ ours, theirs }) => ours === theirs)
}

export async function errors() {
  const result = await client.try('add', { a: 1, b: 2 })
  if (result.ok) return same<typeof result.value, number>()
  const { error } = result
  same<typeof error.code, 'TOO_BIG' | 'CLOSED' | WseErrorCode>()
  if (error.code === 'TOO_BIG') {
    const max: number = error.details.max
    // @ts-expect-error: no such detail
    error.details.min
    return max
  }
  if (error.code === 'wse.client.rp.timeout') return error.details.certainty
  // @ts-expect-error: the contract has no such error
  if (error.code === 'TOO_SMALL') return
  // @ts-expect-error: no value without success
  return result.value
}

export function topics() {
  same<TopicParams<'room:{id}/{part}'>, { id: string | number; part: string | number }>()
  same<TopicName<'room:{id}/{part}'>, `room:${string}/${string}`>()
  same<TopicName<'news'>, 'news'>()
  same<keyof TopicParams<'news'>, never>()
  same<keyof Chat['topics'], 'room:{id}'>()
}

export async function withoutContract(
  loose: ClientApi<LooseContract>,
  looseServer: ServerApi<LooseContract>,
  ctx: IdentifyApi<LooseContract>,
) {
  const sum = await loose.call('add', { a: 1 }, { timeout: 1 })
  same<typeof sum, Payload>()
  loose.call('anything')
  for await (const item of loose.stream('anything', 1, { chunks: [1] })) same<typeof item, Payload>()
  loose.send('chat', { text: 1 }, { volatile: true })
  loose.send('chat')
  loose.channel.on('chat', ({ text }) => text)
  loose.register('confirm', (question) => question.anything)
  loose.register('confirm', () => {})
  looseServer.register('add', (_conn, { a, b }) => a + b)
  looseServer.register('nothing', () => {})
  looseServer.channel.on('chat', (_conn, text) => looseServer.broadcast('chat', text))
  const { name } = await loose.connect()
  await loose.connect('token', { device: 1 })
  ctx.accept('ann')
  ctx.accept(ctx.identity, { name })
  const result = await loose.try('add', 1)
  if (!result.ok) same<typeof result.error, WseError>()
}

export function parts() {
  // @ts-expect-error: no schema
  rpc({ input: String })
  // @ts-expect-error: no such member
  rpc({ inptu: v.string() })
  // @ts-expect-error: details are an object
  rpc({ errors: { TOO_BIG: v.number() } })
  // @ts-expect-error: no such member
  topic({ event: {} })
  // @ts-expect-error: not an rpc
  defineContract({ server: { calls: { add: { input: v.string() } } } })
  // @ts-expect-error: no schema
  defineContract({ client: { messages: { notice: 'text' } } })
  const partial = defineContract({ server: { messages: { chat: v.string() } } })
  same<keyof typeof partial.client.calls, never>()
  const fits: AnyContract = partial
  const anonymous = {} as ClientApi<typeof partial>
  anonymous.connect()
  anonymous.connect('anything', { at: 'all' })
  // @ts-expect-error: it has no calls
  anonymous.call('add')
  return fits
}

export async function otherLibraries() {
  const Numbers = type({ a: 'number', b: 'number' })
  const mixed = defineContract({
    server: {
      calls: {
        zod: rpc({ input: z.object({ at: z.string().transform((text) => text.length) }), output: z.number() }),
        ark: rpc({ input: Numbers, output: type('string.numeric.parse'), errors: { ODD: type({ why: 'string' }) } }),
      },
      messages: { zod: z.coerce.number<string>(), ark: type('string | undefined') },
    },
  })
  const to = {} as ClientApi<typeof mixed>
  const on = {} as ServerApi<typeof mixed>
  same<Awaited<ReturnType<typeof to.call<'zod'>>>, number>()
  same<Awaited<ReturnType<typeof to.call<'ark'>>>, number>()
  await to.call('ark', { a: 1, b: 2 })
  on.register('zod', (_conn, { at }) => at)
  on.register('ark', (_conn, { a, b }) => `${a + b}`)
  on.channel.on('zod', (_conn, count) => same<typeof count, number>())
  to.send('ark')
  // @ts-expect-error: what travels is a text
  to.send('zod', 1)
  // @ts-expect-error: at is a text
  to.call('zod', { at: 1 })
  // @ts-expect-error: b is missing
  to.call('ark', { a: 1 })
  // @ts-expect-error: what travels is a text
  on.register('ark', (_conn, { a, b }) => a + b)
  const result = await to.try('ark', { a: 1, b: 2 })
  if (!result.ok && result.error.code === 'ODD') same<typeof result.error.details.why, string>()
}

/** How a facade takes its types: generic, implementing what the contract says of it. */
class Facade<C extends AnyContract = LooseContract>
  implements Asking<C['server']['calls']>, Saying<C['server']['messages']>
{
  readonly channel: Hearing<C['client']['messages'], []>
  readonly #peer: { call(name: string, payload: Payload, options?: CallOptions): Promise<Payload> }

  constructor(options: { contract?: C | undefined; url: string }) {
    this.#peer = { call: async () => options.url }
    this.channel = new Channel<[Payload]>(() => {})
  }

  call<Name extends CallName<C['server']['calls']> & string>(
    name: Name,
    ...[input, options]: CallArgs<C['server']['calls'][Name]>
  ): Promise<Received<C['server']['calls'][Name]['output']>> {
    return this.#peer.call(name, input, options)
  }

  async *stream(): AsyncGenerator<Payload, Payload> {}

  async try(): Promise<Payload> {}

  send(): SendResult {
    return 'sent'
  }
}

export async function facades() {
  const typed = new Facade({ contract: chat, url: '' })
  same<Awaited<ReturnType<typeof typed.call<'add'>>>, number>()
  typed.channel.on('notice', (text) => same<typeof text, string>())
  // @ts-expect-error: b is missing
  typed.call('add', { a: 1 })
  const loose = new Facade({ url: '' })
  same<typeof loose, Facade<LooseContract>>()
  const { anything } = await loose.call('add', { a: 1 })
  loose.channel.on('chat', ({ text }) => text)
  return anything
}
