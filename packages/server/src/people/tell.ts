import type { Payload, SendOptions, SendResult } from '@wse/protocol'
import type { Guard } from '@wse/protocol/internal'
import { type Addressee, type Delivery, fanOut } from './fan-out.js'

/** By whose rules something is said to many, and who hears of it. */
export interface Voice {
  /** What is kept of a contract; none without one. */
  readonly guard: Guard | null | undefined
  /** Told of what was sent. */
  readonly handling: { sent(type: string, payload: Payload, how: Delivery): void }
}

/**
 * Says one message to many, as a contract has it. `results`: is given what became of each, in order.
 *
 * @throws {WseError} as {@link fanOut}, and what a contract refuses
 */
export function tell(
  { guard, handling }: Voice,
  to: Iterable<Addressee>,
  type: string,
  payload: Payload,
  given: SendOptions | undefined,
  results?: SendResult[],
): Delivery {
  const delivery = fanOut(to, type, payload, guard ? guard.said(type, payload, given) : given, results)
  handling.sent(type, payload, delivery)
  return delivery
}
