import * as FRAME from '../codes/frame.js'
import type { WseReset } from '../codes/tables.js'
import type { Envelope } from '../frames/envelope.js'
import { hasStamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import type { Remains } from './remains.js'

/** A message that a session could not deliver, or is not sure of. */
export interface LostMessage {
  readonly type: string
  readonly payload: Payload
}

/**
 * How a session ended, for one of its ends: what has become of the messages it sent. Calls are not in here: each of
 * them rejects by itself, and says what is certain about it.
 */
export interface Reset {
  /** Why the session ended. */
  readonly reason: WseReset
  /** Messages that may have arrived, or not, oldest first. */
  readonly unknown: readonly LostMessage[]
  /** Messages that certainly did not arrive and are not sent again by themselves, oldest first. */
  readonly notSent: readonly LostMessage[]
  /** How many more frames may not have arrived that are no longer held, so that they cannot be listed. */
  readonly unlisted: number
}

/** What is told of a session's end. `unsent`: what was not sent and nobody carries on. */
export function resetOf(reason: WseReset, { unknown, unlisted }: Remains, unsent: readonly (Envelope | null)[]): Reset {
  return { reason, unknown: messagesIn(unknown), notSent: messagesIn(unsent), unlisted }
}

/** Whether anything is lost, or may be. */
export function losesMessages({ unknown, notSent, unlisted }: Reset): boolean {
  return unknown.length > 0 || notSent.length > 0 || unlisted > 0
}

/** The messages among some envelopes; calls are told by their own promises. */
export function messagesIn(envelopes: readonly (Envelope | null)[]): LostMessage[] {
  return envelopes.flatMap((envelope) => {
    if (envelope === null || hasStamp(envelope[2]) || envelope[0] === FRAME.EVENT) return []
    return [{ type: envelope[0], payload: envelope[1] }]
  })
}
