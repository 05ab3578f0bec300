import * as WSE_ERROR from '../codes/error.js'
import { toWseError } from '../error/describe.js'
import type { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'

/** How a call ended, as a value. */
export type Tried<Value = Payload, Failure = WseError> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure }

/** What became of a call, in place of a throw. */
export async function tried(call: Promise<Payload>): Promise<Tried> {
  try {
    return { ok: true, value: await call }
  } catch (thrown) {
    return { ok: false, error: toWseError(thrown, WSE_ERROR.RP_EXECUTION_FAILED) }
  }
}
