import type { Payload, SendOptions, SendResult, SharedFrame } from '@wse/protocol'
import { bytesOf, type Codec, checkName, FRAME, type Link } from '@wse/protocol/internal'

/** How many links a message was sent on, queued on, and dropped for. */
export type Delivery = Record<SendResult, number>

/** One message in one protocol. */
interface Frames {
  plain?: SharedFrame
  volatile?: SharedFrame
}

/** One that a message is sent to. */
export interface Addressee {
  readonly session: { readonly lastLink: Link | null }
  writeShared(type: string, frame: SharedFrame, options?: SendOptions): SendResult
}

/**
 * Sends one message to many, encoded once per protocol. One that cannot take it (gone, too small, congested or away for
 * a volatile one, no bytes) counts as `dropped` and disturbs no other.
 *
 * @throws {WseError} `INVALID_NAME`, `UNSERIALIZABLE`, `TOO_DEEP`: what is wrong for everyone
 */
export function fanOut(
  addressees: Iterable<Addressee>,
  type: string,
  payload: Payload,
  options?: SendOptions,
): Delivery {
  checkName(type)
  const hasBytes = bytesOf(type, payload) !== null
  const encoded = new Map<Codec, Frames>()
  const delivery: Delivery = { sent: 0, queued: 0, dropped: 0 }
  let failure: unknown

  for (const addressee of addressees) {
    const link = addressee.session.lastLink
    if (link === null || (hasBytes && !link.takesBytes)) {
      delivery.dropped++
      continue
    }
    const frames = encoded.get(link.codec) ?? {}
    encoded.set(link.codec, frames)
    try {
      delivery[sendShared(addressee, link, frames, type, payload, options)]++
    } catch (error) {
      // One protocol cannot say it: that is no reason for those of another not to hear it.
      failure = error
      delivery.dropped++
    }
  }
  if (failure !== undefined && delivery.sent + delivery.queued === 0) throw failure
  return delivery
}

function sendShared(
  addressee: Addressee,
  { codec, limits, version }: Link,
  frames: Frames,
  type: string,
  payload: Payload,
  options: SendOptions | undefined,
): SendResult {
  if (options?.volatile && version === 5) {
    const inner = payload === undefined ? [type] : [type, payload]
    frames.volatile ??= { data: codec.encode(FRAME.VOLATILE, inner, undefined, limits) }
    return addressee.writeShared(FRAME.VOLATILE, frames.volatile, options)
  }
  frames.plain ??= { data: codec.encode(type, payload, undefined, limits) }
  return addressee.writeShared(type, frames.plain, options)
}
