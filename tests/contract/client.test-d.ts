// Compiled, never run: what a client with a contract knows, and what it does not let one write.
import type { CallFacts, Next, SendResult } from '@wse/client'
import {
  type Hears,
  type Says,
  type TypedProcedure,
  type TypedSubscription,
  WseClient,
  type WseClientOptions,
  type WseError,
} from '@wse/client'
import type { Payload, WseErrorCode } from '@wse/protocol'
import { defineContract } from '@wse/protocol'
import * as v from 'valibot'
import { chat } from '../../packages/protocol/src/contract/contract.test-helper.js'
import { same } from './same.js'

type Chat = typeof chat
const client = new WseClient({ contract: chat, url: 'ws://localhost:4200', re: true, headers: { any: 'option of ws' } })

export function names() {
  same<typeof client, WseClient<Chat>>()
  same<keyof Hears<Chat>, 'notice'>()
  same<keyof Says<Chat>, 'chat' | 'seen' | 'ping'>()
  // @ts-expect-error: no such call
  client.call('substract', { a: 1, b: 2 })
  // @ts-expect-error: the client answers it
  client.call('confirm', 'sure?')
  // @ts-expect-error: it gives items
  client.call('ticks', { every: 1 })
  // @ts-expect-error: it gives none
  client.stream('add', { a: 1, b: 2 })
  // @ts-expect-error: the server says it
  client.send('notice', 'x')
  // @ts-expect-error: the server answers it
  client.register('add', () => 1)
  // @ts-expect-error: no contract
  new WseClient({ contract: {}, url: 'ws://localhost' })
  // @ts-expect-error: no such value
  new WseClient({ contract: chat, url: 'ws://localhost', outgoing: 'sometimes' })
}

export async function calls(signal: AbortSignal) {
  same<number, Awaited<ReturnType<typeof client.call<'add'>>>>()
  const sum: number = await client.call('add', { a: 1, b: 2 }, { timeout: 500, signal, idempotent: true })
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
  const date: Date = await client.call('at', '2026-01-01T00:00:00Z')
  // @ts-expect-error: what travels is a text
  client.call('at', new Date())
  return [sum, text, date]
}

export async function leavingOut() {
  await client.call('greet')
  await client.call('greet', 'ann', { timeout: 1 })
  same<undefined, Awaited<ReturnType<typeof client.call<'reset'>>>>()
  await client.call('reset', undefined, { timeout: 1 })
  // @ts-expect-error: it takes nothing
  await client.call('reset', 1)
  client.send('ping')
  // @ts-expect-error: a payload is needed
  client.send('chat')
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

export async function comingIn() {
  const { name } = await client.connect({ token: 't' }, { device: 'phone' })
  same<typeof name, string>()
  await client.connect(async ({ attempt }) => ({ token: `t${attempt}` }), { device: 'phone' })
  // @ts-expect-error: an identity is needed
  client.connect()
  // @ts-expect-error: meta is needed
  client.connect({ token: 't' })
  // @ts-expect-error: the token is a text
  client.connect({ token: 1 }, { device: 'phone' })
  same<Awaited<ReturnType<typeof client.jump>>, { name: string }>()
  await client.jump('ws://other', { token: 't' })
  await client.refresh({ token: 't' })
  // @ts-expect-error: the token is a text
  client.refresh({ token: 1 })
  client.challenge(({ nonce }, solve) => solve(nonce))
  // @ts-expect-error: an answer is a text
  client.challenge((_quest, solve) => solve(1))
  client.when.ready((welcome, { resumed }) => resumed && same<typeof welcome, { name: string }>())
  const [welcome] = await client.when.ready()
  same<typeof welcome, { name: string }>()
  client.when.outdated(({ ours, theirs }) => ours === theirs)
}

export function untyped() {
  const partial = defineContract({ server: { messages: { chat: chat.server.messages.chat } } })
  const anonymous = new WseClient({ contract: partial, url: 'ws://localhost' })
  anonymous.connect()
  anonymous.connect('anything', { at: 'all' })
  // @ts-expect-error: it has no calls
  anonymous.call('add')
  // @ts-expect-error: it has no calls
  anonymous.register('add', () => 1)
}

export function answering() {
  client.register('confirm', (question, ctx) => question.length > 0 && !ctx.signal.aborted)
  client.register('confirm', async (_question, ctx) => (await ctx.call('add', { a: 1, b: 2 })) > 2, { timeout: 5 })
  // @ts-expect-error: a question is a text
  client.register('confirm', (question: number) => question > 0)
  // @ts-expect-error: a boolean is wanted
  client.register('confirm', () => 'yes')
  const confirm: TypedProcedure<Chat, 'confirm'> = (question) => question !== ''
  client.register('confirm', confirm)
  client.channel.on('notice', (text) => same<typeof text, string>())
  // @ts-expect-error: a notice is a text
  client.channel.once('notice', (text: number) => text)
  // @ts-expect-error: the server hears it
  client.channel.off('chat')
  const result: SendResult = client.send('chat', { text: 'hi' }, { volatile: true })
  // @ts-expect-error: text is a text
  client.send('chat', { text: 1 })
  // @ts-expect-error: what travels is a text
  client.send('seen', new Date())
  return result
}

export function middleware() {
  const deadline = (ctx: CallFacts, next: Next) => next({ ends: ctx.deadline })
  const app = client.use((ctx, next) => next({ of: ctx.name }))
  app.register('confirm', (question, ctx) => question === ctx.of)
  app.register('confirm', (_question, ctx) => ctx.ends > ctx.of.length, { use: [deadline] })
  // @ts-expect-error: nobody added it
  app.register('confirm', (_question, ctx) => ctx.nothing)
  app.channel.on('notice', (text, ctx) => text + ctx.of)
  client.message('notice', (text, ctx) => text + ctx.requestId)
  const same_: WseClient<Chat> = app
  const plain: WseClient = app
  return [same_, plain.call('anything')]
}

class Chatter extends WseClient<Chat> {
  say(text: string) {
    return this.send('chat', { text })
  }
}

export async function withoutContract(options: WseClientOptions) {
  const loose = new WseClient({ url: 'ws://localhost', re: true })
  same<typeof loose, WseClient>()
  const sum = await loose.call('add', { a: 1 }, { timeout: 1 })
  same<typeof sum, Payload>()
  loose.channel.on('chat', ({ text }) => text)
  const result = await loose.try('add', 1)
  if (!result.ok) same<typeof result.error, WseError>()
  const given: ConstructorParameters<typeof WseClient>[0] = options
  new WseClient(given).register('confirm', (question) => question.anything)
  return new Chatter({ contract: chat, url: 'ws://localhost' }).say('hi')
}

/** What is left out of `connect` is empty: no `undefined` travels for it. */
export function metaThatMayBeUndefined() {
  const contract = defineContract({ meta: v.optional(v.object({ device: v.string() })) })
  const client = new WseClient({ contract, url: 'ws://localhost' })
  client.connect('ann', { device: 'phone' })
  // @ts-expect-error: it would be empty
  client.connect('ann', undefined)
}

export async function topics(signal: AbortSignal) {
  const room = await client.subscribe('room:{id}', { id: 42 }, { signal, since: 'start', state: { typing: false } })
  same<typeof room, TypedSubscription<Chat['topics']['room:{id}']>>()
  const other = client.topic('room:42', { since: { offset: 1, epoch: 'e' } })
  same<typeof room, typeof other>()
  room.on('said', ({ who, text }, { offset, replayed }) => {
    same<[typeof who, typeof text, typeof offset, typeof replayed], [string, string, number | undefined, boolean]>()
  })
  const { offset, repeated } = await room.publish('said', { who: 'ann', text: 'hi' }, { key: 'k' })
  same<[typeof offset, typeof repeated], [number | undefined, boolean | undefined]>()
  for await (const { event, data } of other) same<[typeof event, typeof data.who], ['said', string]>()
  await room.presence.set({ typing: true })
  room.presence.on('join', ({ state, devices }) => {
    same<[typeof state, (typeof devices)[0]['state']], [{ typing: boolean } | undefined, typeof state]>()
  })
  // @ts-expect-error: no such topic
  client.subscribe('hall:42')
  // @ts-expect-error: a parameter is needed
  client.subscribe('room:{id}')
  // @ts-expect-error: no such parameter
  client.topic('room:{id}', { name: 42 })
  // @ts-expect-error: no such event
  room.on('sung', () => {})
  // @ts-expect-error: who is missing
  room.publish('said', { text: 'hi' })
  // @ts-expect-error: data is needed
  room.publish('said')
  // @ts-expect-error: no such state
  room.presence.set({ typing: 1 })
  // @ts-expect-error: no such state
  client.topic('room:42', { state: 5 })
}
