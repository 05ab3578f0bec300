import { bytesOf } from '../codec/binary.js'
import { type Codec, isBatch } from '../codec/codec.js'
import type { Certainty } from '../error/wse-error.js'
import { type Envelope, hasStamp, type Stamp } from '../frames/envelope.js'
import type { FrameLimits } from '../limits/frame-limits.js'
import type { Data } from '../transport/transport.js'
import type { Ledger } from './ledger.js'
import { isAnswer, type Waiting } from './outbox.js'

/** What an ended session leaves behind of what its end had sent. */
export interface Remains {
  /** Messages and calls that were certainly not taken, oldest first: another session may carry them. */
  readonly unsent: readonly Waiting[]
  /** Messages and calls that may have been taken, or not. */
  readonly unknown: readonly Envelope[]
  /** How many more there are of which that is not known, and which are no longer held. */
  readonly unlisted: number
  /** What is certain about an own call that has no answer. */
  fate(stamp: Stamp): Certainty
}

/**
 * What becomes of the frames of a session that ended. `received` is the last position the other end is known to have
 * taken *in the end*; null where it cannot say, as a server that was restarted.
 */
export function remainsOf(
  ledger: Ledger,
  waiting: readonly Waiting[],
  received: number | null,
  decode: (data: Data) => Envelope | null,
): Remains {
  const known = Math.max(received ?? 0, ledger.acknowledged)
  const kept = ledger.after(known).map((data) => [data, decode(data)] as const)
  const unlisted = Math.max(0, ledger.first - 1 - known) + kept.filter(([, envelope]) => envelope === null).length
  const own = kept.flatMap(([data, envelope]) =>
    envelope === null || isAnswer(envelope[0]) ? [] : [{ data, envelope }],
  )
  const queued = waiting.filter(({ type }) => !isAnswer(type))
  const unsent = received === null ? queued : [...own.map(toWaiting), ...queued]
  const unknown = received === null ? own.map(({ envelope }) => envelope) : []
  return { unsent, unknown, unlisted, fate: fates(unsent, unknown, unlisted) }
}

/** Reads a frame this end has encoded itself; null where the codec cannot. */
export function decodeOwn(data: Data, codec: Codec, limits: FrameLimits): Envelope | null {
  try {
    const frame = codec.decode(data, limits)
    return isBatch(frame) ? null : frame
  } catch {
    return null
  }
}

function toWaiting({ data, envelope }: { data: Data; envelope: Envelope }): Waiting {
  const [type, payload, stamp] = envelope
  return { type, data, stamp: hasStamp(stamp) ? stamp : undefined, bytes: bytesOf(type, payload) !== null }
}

function fates(unsent: readonly Waiting[], unknown: readonly Envelope[], unlisted: number) {
  const notSent = new Set(unsent.map(({ stamp }) => stamp))
  const unclear = new Set(unknown.map(([, , stamp]) => stamp))
  return (stamp: Stamp): Certainty => {
    if (notSent.has(stamp)) return 'not-sent'
    return unclear.has(stamp) || unlisted > 0 ? 'unknown' : 'delivered'
  }
}
