import { isWseError } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import { OTHER } from '../vocabulary.js'

/** How something that is observed ended. */
export interface Ending {
  /** The code of the error it ended with; null for none. */
  readonly code: string | null
  /** Whether that is a fault, in the eyes of this end. */
  readonly failed: boolean
  /** What was thrown here. */
  readonly thrown?: unknown
}

/** It came to a good end. */
export const DONE: Ending = { code: null, failed: false }

/** Codes come from the other end, too, and may be of any length. */
const LONGEST = 128

/** It was answered by an error. `foreign`: the code of what is no error of WSE. */
export function failedBy(thrown: unknown, foreign: string = WSE_ERROR.RP_EXECUTION_FAILED): Ending {
  const code = isWseError(thrown) ? thrown.code : foreign
  const known = code.length > LONGEST ? OTHER : code
  const isOwn = !(isWseError(thrown) && thrown.remote)
  return isOwn ? { code: known, failed: true, thrown } : { code: known, failed: true }
}

/** Nobody waits for the answer any more: that the caller left is no fault of who answers, that it took too long is. */
export function abandonedBy(reason: unknown): Ending {
  const { code } = failedBy(reason, WSE_ERROR.RP_CANCELLED)
  return { code, failed: code === WSE_ERROR.RP_TIMEOUT }
}

/** Who read a stream wants no more of it. */
export const LEFT: Ending = { code: WSE_ERROR.RP_CANCELLED, failed: false }

/** A stream that nobody had read to its end when its session ended. */
export const DISCONNECTED: Ending = { code: WSE_ERROR.RP_DISCONNECT, failed: true }
