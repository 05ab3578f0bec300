import type { Answer, AnyContract, CallFacts, ContextOf, InferOutput, Received } from '@wse/protocol'
import type { Sender, ServerMessageContext } from '../middleware/contexts.js'
import type { TypedConnection } from './connection.js'
import type { Answers, Asks, Hears } from './side.js'

/**
 * Answers calls of one name, as a contract types it. `Adds`: what middleware adds to its context.
 *
 * @example
 * export const add: TypedProcedure<typeof chat, 'add'> = (conn, { a, b }) => a + b
 */
export type TypedProcedure<C extends AnyContract, Name extends keyof Answers<C>, Adds = unknown> = (
  conn: TypedConnection<C>,
  input: Received<Answers<C>[Name]['input']>,
  ctx: ContextOf<Answers<C>[Name], Asks<C>> & Sender<TypedConnection<C>> & Called & Adds,
) => Answer<Answers<C>[Name]>

type Called = Pick<CallFacts, 'kind' | 'name' | 'payload'>

/** Listens to messages of one type. `Context`: what is given behind the payload. */
export type TypedListener<
  C extends AnyContract,
  Type extends keyof Hears<C>,
  Context extends readonly unknown[] = readonly [],
> = (conn: TypedConnection<C>, payload: InferOutput<Hears<C>[Type]>, ...context: Context) => unknown

/** What a listener behind middleware is given besides. */
export type MessageBehind<C extends AnyContract, Adds> = ServerMessageContext<TypedConnection<C>> & Adds
