import * as WSE_ERROR from '../codes/error.js'
import { type Certainty, WseError } from '../error/wse-error.js'
import type { AbortSignalLike } from '../events/signal.js'
import { isDuration } from '../frames/check.js'
import { invalidOption } from '../limits/option.js'
import { isSource, type StreamSource } from '../streams/source.js'

/** A call that another is made for, as a handler's `ctx` is one. */
export interface OuterCall {
  readonly deadline: number
  readonly signal: AbortSignalLike
  readonly trace: string | undefined
}

/** How one call is made. */
export interface CallOptions {
  /** Milliseconds after which the call is given up; 0 for never. @default `tO` of the client or server; none with streams */
  timeout?: number | undefined
  /** Gives the call up when aborted; the promise rejects with `RP_CANCELLED`. @default none */
  signal?: AbortSignalLike | undefined
  /** Items to send with the call, as fast as the other end takes them. Bytes may arrive in smaller pieces. @default none */
  chunks?: StreamSource | undefined
  /** The call being answered that this one is made for: its deadline, end and trace are this one's, too. @default none */
  within?: OuterCall | undefined
  /** W3C `traceparent`. @default that of `within` */
  trace?: string | undefined
  /**
   * It may run twice without harm: where a session ends before the answer, it is asked again in the next one, under the
   * same `ctx.requestId`; for items only as long as none came. Not with `chunks`. @default false
   */
  idempotent?: boolean | undefined
}

/** @throws {WseError} `INVALID_OPTION`, and `RP_CANCELLED` for a signal that was aborted before */
export function checkOptions(rpc: string, options: CallOptions): void {
  checkForm(options)
  for (const one of [options.signal, options.within?.signal]) {
    if (one?.aborted) throw cancelled(rpc, one, 'not-sent')
  }
}

/** What is wrong whoever is called. @throws {WseError} `INVALID_OPTION` */
export function checkForm({ timeout, signal, idempotent, chunks }: CallOptions): void {
  if (timeout !== undefined && !isDuration(timeout)) throw invalidOption('timeout', 'takes ms from 0 to 2^31 - 1')
  if (chunks !== undefined && !isSource(chunks))
    throw invalidOption('chunks', 'takes something to iterate over, or a Web stream')
  if (idempotent && chunks !== undefined)
    throw invalidOption('idempotent', 'cannot be with chunks, which are read once')
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw invalidOption('signal', 'takes an AbortSignal')
}

/** The error of a call that was given up by a signal. */
export function cancelled(rpc: string, signal: AbortSignalLike, certainty: Certainty): WseError {
  return new WseError(WSE_ERROR.RP_CANCELLED, { rpc, certainty }, { cause: signal.reason })
}
