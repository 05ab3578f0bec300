import type { Data, Payload, SendOptions, SendResult } from '@wse/protocol'
import { bytesOf, type Codec, checkName, FRAME, type Link } from '@wse/protocol/internal'

/** How many links a message was sent on, queued on, and dropped for. */
export type Delivery = Record<SendResult, number>

/**
 * Sends one message on many links, encoded once per protocol. A link that cannot take it (closed, too small, congested
 * for a volatile one, no bytes) counts as `dropped` and disturbs no other.
 *
 * @throws {WseError} `INVALID_NAME`, `UNSERIALIZABLE`, `TOO_DEEP`: what is wrong for everyone
 */
export function fanOut(links: Iterable<Link>, type: string, payload: Payload, options?: SendOptions): Delivery {
  checkName(type)
  const hasBytes = bytesOf(type, payload) !== null
  const encoded = new Map<Codec, { plain?: Data; volatile?: Data }>()
  const delivery: Delivery = { sent: 0, queued: 0, dropped: 0 }

  for (const link of links) {
    if (!link.open || (hasBytes && !link.takesBytes)) {
      delivery.dropped++
      continue
    }
    const frames = encoded.get(link.codec) ?? {}
    encoded.set(link.codec, frames)
    delivery[sendShared(link, frames, type, payload, options)]++
  }
  return delivery
}

function sendShared(
  link: Link,
  frames: { plain?: Data; volatile?: Data },
  type: string,
  payload: Payload,
  options: SendOptions | undefined,
): SendResult {
  const { codec, limits } = link
  let data: Data
  if (options?.volatile && link.version === 5) {
    data = frames.volatile ??= codec.encode(FRAME.VOLATILE, [type, payload], undefined, limits)
  } else {
    data = frames.plain ??= codec.encode(type, payload, undefined, limits)
  }
  return link.takes(data) ? link.write(data, options) : 'dropped'
}
