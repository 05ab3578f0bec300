import type { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import type { CallOptions } from './call-options.js'

/** What a handler is given beside the payload: the call it answers. */
export interface CallContext {
  /** Names this call, in logs for one: random, and the same for every try of an idempotent call. */
  readonly requestId: string
  /** When its caller gives up, in ms on the clock of this end; Infinity if never. */
  readonly deadline: number
  /**
   * Aborted when nobody waits for the answer any more: the caller gave up, its deadline passed, or the session ended. The
   * reason is a `WseError`: `RP_CANCELLED`, `RP_TIMEOUT` or `RP_DISCONNECT`.
   */
  readonly signal: AbortSignal
  /** W3C `traceparent` of the caller; undefined if it sent none. */
  readonly trace: string | undefined
  /** What the caller sends with the call, to be iterated over; empty if that is nothing. */
  readonly chunks: AsyncIterableIterator<Payload, Payload, undefined>
  /** An error for the caller, to be thrown. @example throw ctx.error('TOO_BIG', { max: 10 }) */
  error(code: string, details?: Record<string, unknown>, message?: string): WseError
  /** Calls the caller back, within this call: with its deadline, end and trace. */
  call(rp: string, payload?: Payload, options?: CallOptions): Promise<Payload>
}
