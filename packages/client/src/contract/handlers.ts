import type {
  AddsOfAll,
  Answer,
  AnyContract,
  CallFacts,
  ContextOf,
  InferOutput,
  MessageFacts,
  Received,
} from '@wse/protocol'
import type { Answers, Asks, Hears } from './side.js'

/**
 * Answers calls of one name, as a contract types it. `Around`: what stands in its context besides.
 *
 * @example
 * export const confirm: TypedProcedure<typeof chat, 'confirm'> = (question) => window.confirm(question)
 */
export type TypedProcedure<C extends AnyContract, Name extends keyof Answers<C>, Around = unknown> = (
  input: Received<Answers<C>[Name]['input']>,
  ctx: ContextOf<Answers<C>[Name], Asks<C>> & Around,
) => Answer<Answers<C>[Name]>

/** What the context of a handler behind middleware has besides: what is called, and what they added. */
export type Behind<Adds> = Pick<CallFacts, 'kind' | 'name' | 'payload'> & Adds

/** The same for a handler with middleware of its own alone; never stands for none. */
export type BehindOwn<Use> = [Use] extends [never] ? unknown : Behind<AddsOfAll<Use>>

/** Listens to messages of one type. `Context`: what is given behind the payload. */
export type TypedListener<
  C extends AnyContract,
  Type extends keyof Hears<C>,
  Context extends readonly unknown[] = readonly [],
> = (payload: InferOutput<Hears<C>[Type]>, ...context: Context) => unknown

/** What a listener behind middleware is given besides. */
export type MessageBehind<Adds> = MessageFacts & Adds
