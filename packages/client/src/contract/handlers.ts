import type { Answer, AnyContract, CallFacts, ContextOf, InferOutput, MessageFacts, Received } from '@wse/protocol'
import type { Answers, Asks, Hears } from './side.js'

/**
 * Answers calls of one name, as a contract types it. `Adds`: what middleware adds to its context.
 *
 * @example
 * export const confirm: TypedProcedure<typeof chat, 'confirm'> = (question) => window.confirm(question)
 */
export type TypedProcedure<C extends AnyContract, Name extends keyof Answers<C>, Adds = unknown> = (
  input: Received<Answers<C>[Name]['input']>,
  ctx: ContextOf<Answers<C>[Name], Asks<C>> & Pick<CallFacts, 'kind' | 'name' | 'payload'> & Adds,
) => Answer<Answers<C>[Name]>

/** Listens to messages of one type. `Context`: what is given behind the payload. */
export type TypedListener<
  C extends AnyContract,
  Type extends keyof Hears<C>,
  Context extends readonly unknown[] = readonly [],
> = (payload: InferOutput<Hears<C>[Type]>, ...context: Context) => unknown

/** What a listener behind middleware is given besides. */
export type MessageBehind<Adds> = MessageFacts & Adds
