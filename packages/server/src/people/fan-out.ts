import type { Payload, SendOptions, SendResult, SharedFrame } from '@wse/protocol'
import { bytesOf, checkName, checkSendOptions, type Link } from '@wse/protocol/internal'
import { SharedMessage } from './shared-message.js'

/** How many links a message was sent on, queued on, and dropped for. */
export type Delivery = Record<SendResult, number>

/** One that a message is sent to. */
export interface Addressee {
  readonly session: { readonly lastLink: Link | null }
  writeShared(type: string, frame: SharedFrame, options?: SendOptions): SendResult
}

/**
 * Sends one message to many, encoded once per protocol. One that cannot take it (gone, too small, congested or away for
 * a volatile one, no bytes) counts as `dropped` and disturbs no other. `results`: is given what became of each, in order.
 *
 * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`: what is wrong for everyone
 */
export function fanOut(
  addressees: Iterable<Addressee>,
  type: string,
  payload: Payload,
  options?: SendOptions,
  results?: SendResult[],
): Delivery {
  checkName(type)
  checkSendOptions(options)
  const hasBytes = bytesOf(type, payload) !== null
  const frames = new SharedMessage(type, payload, options?.volatile === true)
  const delivery: Delivery = { sent: 0, queued: 0, dropped: 0 }
  let failure: unknown

  for (const addressee of addressees) {
    const link = addressee.session.lastLink
    let result: SendResult = 'dropped'
    try {
      if (link !== null && (link.takesBytes || !hasBytes)) {
        const [name, frame] = frames.of(link)
        result = addressee.writeShared(name, frame, options)
      }
    } catch (error) {
      // One protocol cannot say it: that is no reason for those of another not to hear it.
      failure = error
    }
    delivery[result]++
    results?.push(result)
  }
  if (failure !== undefined && delivery.sent + delivery.queued === 0) throw failure
  return delivery
}
