import { WseError } from '@wse/protocol'
import { textOf } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'

/** Why a value is not written. An error of its own: what a getter throws may be a `WseError`, too. */
export class Refusal extends Error {
  readonly code: string
  readonly details: Record<string, unknown>

  constructor(message: string, code: string = WSE_ERROR.UNSERIALIZABLE, details: Record<string, unknown> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** What the sender is told: why it was refused, or what its getters and `toJSON` threw. */
export function toSenderError(thrown: unknown): WseError {
  const message = `cannot be encoded as MessagePack: ${textOf(thrown)}`
  if (thrown instanceof Refusal) return new WseError(thrown.code, thrown.details, { message })
  return new WseError(WSE_ERROR.UNSERIALIZABLE, {}, { message, cause: thrown })
}
