// Compiled, never run: what a definition may be, and what both ends take from it. Ends themselves: tests/contract.
import * as v from 'valibot'
import type { ContextOf, QuestOf } from './context.js'
import type { AnyContract } from './contract.js'
import type { chat } from './contract.test-helper.js'
import { defineContract } from './define-contract.js'
import type { Answer, CallArgs, CallName, EventName, StreamName, TopicName, TopicParams } from './infer.js'
import { rpc } from './rpc.js'
import { topic } from './topic.js'

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false
const same = <One, Other>(..._same: Same<One, Other> extends true ? [] : [different: never]) => {}

type Chat = typeof chat
type Calls = Chat['server']['calls']

export function names() {
  same<CallName<Calls>, 'add' | 'at' | 'greet' | 'reset' | 'upload'>()
  same<StreamName<Calls>, 'ticks' | 'translate'>()
  same<QuestOf<Chat>, Chat['challenge']['quest']>()
}

export function arguments_() {
  same<CallArgs<Calls['add']>[0], { a: number; b: number }>()
  same<CallArgs<Calls['at']>[0], string>()
  same<Answer<Calls['add']>, number | PromiseLike<number>>()
  same<Answer<Calls['reset']>, unknown>()
}

export async function context(
  add: ContextOf<Calls['add']>,
  upload: ContextOf<Calls['upload'], Chat['client']['calls']>,
) {
  add.error('TOO_BIG', { max: 1 })
  add.error('CLOSED')
  // @ts-expect-error: details are needed
  add.error('TOO_BIG')
  // @ts-expect-error: there is no min
  add.error('TOO_BIG', { max: 1, min: 2 })
  for await (const chunk of upload.chunks) same<typeof chunk, Uint8Array<ArrayBuffer>>()
  for await (const chunk of add.chunks) same<typeof chunk, never>()
  same<boolean, Awaited<ReturnType<typeof upload.call<'confirm'>>>>()
}

export function topics() {
  same<TopicParams<'room:{id}/{part}'>, { id: string | number; part: string | number }>()
  same<TopicName<'room:{id}/{part}'>, `room:${string}/${string}`>()
  same<TopicName<'news'>, 'news'>()
  same<TopicName<'any/*.{id}'>, `any/${string}.${string}`>()
  same<EventName<Chat['topics']['room:{id}']>, 'said'>()
  same<keyof TopicParams<'news'>, never>()
  same<keyof Chat['topics'], 'room:{id}'>()
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
  return fits
}
