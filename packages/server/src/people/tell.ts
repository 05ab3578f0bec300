import type { Payload, SendOptions, SendResult } from '@wse/protocol'
import type { Guard } from '@wse/protocol/internal'
import { type Addressee, type Delivery, fanOut } from './fan-out.js'

/** What is said. */
export interface Said {
  readonly type: string
  readonly payload: Payload
  readonly options: SendOptions | undefined
}

/** By whose rules something is said to many, and who hears of it. */
export interface Voice {
  /** What is kept of a contract; none without one. */
  readonly guard: Guard | null | undefined
  /** Told of what was sent. */
  readonly handling: { sent(type: string, payload: Payload, how: Delivery): void }
}

/** How something is said beyond those who are here. */
export interface Beyond {
  /** Is given what became of each who is here, in order. */
  readonly results?: SendResult[] | undefined
  /** Says it to those on other servers. */
  elsewhere?(said: Said): void
}

/**
 * Says one message to many, as a contract has it.
 *
 * @throws {WseError} as {@link fanOut}, and what a contract refuses
 */
export function tell(
  { guard, handling }: Voice,
  to: Iterable<Addressee>,
  type: string,
  payload: Payload,
  given: SendOptions | undefined,
  beyond?: Beyond,
): Delivery {
  const options = guard ? guard.said(type, payload, given) : given
  const delivery = fanOut(to, type, payload, options, beyond?.results)
  beyond?.elsewhere?.({ type, payload, options })
  handling.sent(type, payload, delivery)
  return delivery
}
