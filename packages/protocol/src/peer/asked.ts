import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import type { CallFrame } from '../frames/call.js'
import type { Payload } from '../frames/payload.js'
import { WINDOW } from '../streams/inlet.js'
import type { CallOptions } from './call-options.js'

/** Milliseconds until a call made `now` is given up; 0 for never. @throws {WseError} `RP_TIMEOUT` if that has passed */
export function timeoutOf(rpc: string, options: CallOptions, usual: number, now: number): number {
  const timeout = options.timeout ?? usual
  const left = (options.within?.deadline ?? Number.POSITIVE_INFINITY) - now
  if (left <= 0) throw new WseError(WSE_ERROR.RP_TIMEOUT, { rpc, certainty: 'not-sent' })
  return left < (timeout || Number.POSITIVE_INFINITY) ? left : timeout
}

/** What is asked beside name and payload; null if that is nothing. `takes`: the caller takes items. */
export function frameOf(
  name: string,
  payload: Payload,
  options: CallOptions,
  timeout: number,
  takes: boolean,
  id: string | undefined,
): CallFrame | null {
  const { chunks, within } = options
  const trace = options.trace ?? within?.trace
  const flows = takes || chunks !== undefined
  const isTimed = flows || options.timeout !== undefined || within !== undefined
  if (!isTimed && trace === undefined && id === undefined) return null
  const frame: CallFrame = { name, payload }
  if (isTimed) frame.timeout = timeout
  if (id !== undefined) frame.id = id
  if (trace !== undefined) frame.trace = trace
  if (chunks !== undefined) frame.in = true
  if (takes) frame.credit = WINDOW
  return frame
}
