import type { Data } from '@wse/protocol'
import { type Codec, FRAME, type FrameLimits, jsonCodec, type Link } from '@wse/protocol/internal'
import { isBatch } from '@wse/protocol/wire'
import type { EventAbout } from '../../backplane/event-about.js'
import { type Encoded, RelayedMessage } from '../../backplane/relayed.js'
import { Excepted } from '../../people/excepted.js'
import type { Message, Named } from '../../people/shared-message.js'
import type { EventForms } from '../outgoing-event.js'

/** What events that come from other nodes are read with. */
export interface RelayParts {
  readonly codecs: readonly Codec[]
  readonly limits: FrameLimits
}

/** An event as another node has encoded it, in the forms those need who get it here. */
export function relayedForms(
  topic: string,
  { c, o, b }: EventAbout,
  frames: readonly Data[],
  offset: number | undefined,
  { codecs, limits }: RelayParts,
): EventForms {
  const encoded: Encoded = { codecs: c, frames }
  const plain = new RelayedMessage(encoded, codecs, limits, FRAME.EVENT, false)
  const kept = offset === undefined ? null : new NumberedMessage(plain, offset, limits)
  return { topic, offset, options: o, hasBytes: b === true, kept, asIs: () => plain }
}

/** Who is left out of it; null for nobody. */
export const exceptedFrom = ({ x }: EventAbout): Excepted | null => (x === undefined ? null : Excepted.by(x))

/** An event with the offset the engine gave it, which its publisher could not know. */
class NumberedMessage implements Message {
  readonly #plain: Message
  readonly #offset: number
  readonly #limits: FrameLimits
  readonly #forms = new Map<Codec, Named>()

  constructor(plain: Message, offset: number, limits: FrameLimits) {
    this.#plain = plain
    this.#offset = offset
    this.#limits = limits
  }

  get size(): number {
    return this.#plain.size
  }

  of(link: Link): Named {
    const { codec } = link
    const known = this.#forms.get(codec)
    if (known !== undefined) return known
    const [type, { data }] = this.#plain.of(link)
    const named: Named = [type, { data: withOffset(codec, data, this.#offset, this.#limits) }]
    this.#forms.set(codec, named)
    return named
  }
}

/** The frame of an event, with an offset. */
function withOffset(codec: Codec, data: Data, offset: number, limits: FrameLimits): Data {
  // As our own codec writes it, it ends with the end of its payload, an object, and that of its envelope.
  if (codec === jsonCodec && typeof data === 'string') return `${data.slice(0, -2)},"offset":${offset}}]`
  const frame = codec.decode(data, limits)
  if (isBatch(frame)) return data
  const [type, payload] = frame
  return codec.encode(type, { ...(payload as object), offset }, undefined, limits)
}
