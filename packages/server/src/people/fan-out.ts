import type { Payload, SendOptions, SendResult, SharedFrame } from '@wse/protocol'
import {
  bytesOf,
  type Codec,
  checkName,
  checkSendOptions,
  FRAME,
  type FrameLimits,
  type Link,
} from '@wse/protocol/internal'

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
  const frames = new Frames(type, payload, options?.volatile === true)
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

/** A frame under the name it has on the wire. */
type Named = readonly [type: string, frame: SharedFrame]

/** One message, encoded once for each protocol. */
class Frames {
  readonly #type: string
  readonly #payload: Payload
  readonly #volatile: boolean
  readonly #plain = new Map<Codec, Named>()
  readonly #droppable = new Map<Codec, Named>()
  /** Nearly always all links speak alike. */
  #last: readonly [codec: Codec, version: number, named: Named] | null = null

  constructor(type: string, payload: Payload, volatile: boolean) {
    this.#type = type
    this.#payload = payload
    this.#volatile = volatile
  }

  /** The frame for one link. @throws {WseError} what cannot be encoded */
  of({ codec, version, limits }: Link): Named {
    if (this.#last?.[0] === codec && this.#last[1] === version) return this.#last[2]
    const droppable = this.#volatile && version === 5
    const made = droppable ? this.#droppable : this.#plain
    const named = made.get(codec) ?? this.#encode(codec, limits, droppable)
    made.set(codec, named)
    this.#last = [codec, version, named]
    return named
  }

  #encode(codec: Codec, limits: FrameLimits, droppable: boolean): Named {
    const [type, payload] = [this.#type, this.#payload]
    if (!droppable) return [type, { data: codec.encode(type, payload, undefined, limits) }]
    const inner = payload === undefined ? [type] : [type, payload]
    return [FRAME.VOLATILE, { data: codec.encode(FRAME.VOLATILE, inner, undefined, limits) }]
  }
}
