import * as WSE_ERROR from '../codes/error.js'
import { WseError } from './wse-error.js'

/** The form of an error on the wire (PROTOCOL.md, `~wse:response-err`). */
export interface WireError {
  code: string
  message?: string
  details?: unknown
}

/** Text of anything that was thrown, even where reading it throws again. */
export function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown)
  } catch {
    return 'an error that cannot be shown'
  }
}

/** Anything caught as a `WseError`: itself if it is one, else wrapped under `code` with the original as its cause. */
export function toWseError(thrown: unknown, code: string): WseError {
  return isWseError(thrown) ? thrown : new WseError(code, {}, { message: textOf(thrown), cause: thrown })
}

/** The error of something that failed because of what was thrown in it. */
export function failure(code: string, what: string, cause: unknown, details: Record<string, unknown> = {}): WseError {
  return new WseError(code, details, { message: `${what}: ${textOf(cause)}`, cause })
}

/** Whether it can be told as a `WseError`; reading something that was thrown may throw again. */
export function isWseError(thrown: unknown): thrown is WseError {
  try {
    return thrown instanceof WseError && typeof thrown.code === 'string' && typeof thrown.details !== 'function'
  } catch {
    return false
  }
}

/** What the caller of a failed handler is told. Only a `WseError` made on purpose shows its text and details. */
export function toWire(thrown: unknown, errorId: string): WireError {
  if (isWseError(thrown)) return { code: thrown.code, message: textOf(thrown), details: thrown.details }
  return { code: WSE_ERROR.RP_EXECUTION_FAILED, message: 'RPC execution failed', details: { errorId } }
}

/** The error a caller gets for what came over the wire; whatever does not fit the form is left out. */
export function fromWire(payload: unknown, rpc: string): WseError {
  const raw = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
  const code = typeof raw.code === 'string' ? raw.code : WSE_ERROR.RP_EXECUTION_FAILED
  const details = typeof raw.details === 'object' && raw.details !== null ? { ...raw.details, rpc } : { rpc }
  return new WseError(code, details, {
    message: typeof raw.message === 'string' ? raw.message : undefined,
    remote: true,
  })
}
