import type { Payload, SendOptions, SendResult, SharedFrame } from '@wse/protocol'
import { bytesOf, checkName, checkSendOptions, type Link } from '@wse/protocol/internal'
import { type Message, SharedMessage } from './shared-message.js'

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
  return giveOut(addressees, new SharedMessage(type, payload, options?.volatile === true), hasBytes, options, results)
}

/** The same for a message as it is made, or came, for them. @throws {WseError} what nobody could be told */
export function giveOut(
  addressees: Iterable<Addressee>,
  message: Message,
  hasBytes: boolean,
  options?: SendOptions,
  results?: SendResult[],
): Delivery {
  const delivery: Delivery = { sent: 0, queued: 0, dropped: 0 }
  let failure: unknown

  for (const addressee of addressees) {
    const link = addressee.session.lastLink
    let result: SendResult = 'dropped'
    try {
      if (link !== null && (link.takesBytes || !hasBytes)) {
        const [name, frame] = message.of(link)
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
