import * as WSE_ERROR from '../codes/error.js'
import { toWseError } from '../error/describe.js'
import type { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import type { Outcome } from './infer.js'

/** How a call ends, without a throw. */
export async function outcomeOf(call: Promise<Payload>): Promise<Outcome<Payload, WseError>> {
  try {
    return { ok: true, value: await call }
  } catch (thrown) {
    return { ok: false, error: toWseError(thrown, WSE_ERROR.RP_EXECUTION_FAILED) }
  }
}
