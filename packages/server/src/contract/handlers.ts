import type { AddsOfAll, Answer, AnyContract, CallFacts, ContextOf, InferOutput, Received } from '@wse/protocol'
import type { Sender, ServerMessageContext } from '../middleware/contexts.js'
import type { TypedConnection } from './connection.js'
import type { Answers, Asks, Hears } from './side.js'

/**
 * Answers calls of one name, as a contract types it. `Around`: what stands in its context besides.
 *
 * @example
 * export const add: TypedProcedure<typeof chat, 'add'> = (conn, { a, b }) => a + b
 */
export type TypedProcedure<C extends AnyContract, Name extends keyof Answers<C>, Around = unknown> = (
  conn: TypedConnection<C>,
  input: Received<Answers<C>[Name]['input']>,
  ctx: ContextOf<Answers<C>[Name], Asks<C>> & Around,
) => Answer<Answers<C>[Name]>

/** What the context of a handler behind middleware has besides: whose call it is, and what they added. */
export type Behind<C extends AnyContract, Adds> = Sender<TypedConnection<C>> & Pick<CallFacts, CallOnly> & Adds

type CallOnly = 'kind' | 'name' | 'payload'

/** The same for a handler with middleware of its own alone; never stands for none. */
export type BehindOwn<C extends AnyContract, Use> = [Use] extends [never] ? unknown : Behind<C, AddsOfAll<Use>>

/** Listens to messages of one type. `Context`: what is given behind the payload. */
export type TypedListener<
  C extends AnyContract,
  Type extends keyof Hears<C>,
  Context extends readonly unknown[] = readonly [],
> = (conn: TypedConnection<C>, payload: InferOutput<Hears<C>[Type]>, ...context: Context) => unknown

/** What a listener behind middleware is given besides. */
export type MessageBehind<C extends AnyContract, Adds> = ServerMessageContext<TypedConnection<C>> & Adds
