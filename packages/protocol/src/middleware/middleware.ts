import type { Payload } from '../frames/payload.js'

declare const ADDS: unique symbol

/**
 * What `next(adds)` returns: the result of the rest, or a promise of it. Its type remembers what was added; a middleware
 * that returns something else in its place is declared as {@link Middleware} to have its additions known.
 */
export interface Passed<Adds> {
  readonly [ADDS]: Adds
}

/**
 * Goes on to the next middleware, or to the handler behind the last, and returns what that returned: a value, or a promise.
 * `adds` become members of the context, for everyone further in.
 *
 * @throws {Error} the second time, and where `adds` has a member the context has already
 */
export type Next = <Adds extends object = Record<never, never>>(adds?: Adds) => Passed<Adds>

/** Any middleware for a context: what is returned in place of `next()` answers, what is thrown refuses. */
export type AnyMiddleware<Context> = (context: Context, next: Next) => unknown

/**
 * A middleware declared with what it adds, which is how it may work on the result of `next()`.
 *
 * @example
 * const stamp: Middleware<ServerCallContext, { at: number }> = async (ctx, next) => {
 *   const result = await next({ at: Date.now() })
 *   return { result }
 * }
 */
export interface Middleware<Context, Adds extends object = Record<never, never>> {
  (context: Context, next: (adds: Adds) => Payload): unknown
  readonly [ADDS]?: Adds
}

/** What a middleware adds to the context. */
export type AddsOf<Mw> = typeof ADDS extends keyof Mw
  ? Exclude<Mw[typeof ADDS], undefined>
  : Mw extends (...args: never[]) => infer Result
    ? AddsOfResult<Awaited<Result>>
    : Nothing

/** What several middlewares add, one after the other. */
export type AddsOfAll<Use> = Use extends readonly [infer First, ...infer Rest]
  ? AddsOf<First> & AddsOfAll<Rest>
  : Nothing

type Nothing = Record<never, never>

/** Results that are not of `next` answer in place of the handler, and so add nothing to what it sees. */
type AddsOfResult<Result> = 0 extends 1 & Result
  ? Nothing
  : [Extract<Result, Passed<unknown>>] extends [never]
    ? Nothing
    : Extract<Result, Passed<unknown>> extends Passed<infer Adds>
      ? Adds
      : Nothing
