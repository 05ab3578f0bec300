import type { Payload, SharedFrame } from '@wse/protocol'
import { type Codec, FRAME, type FrameLimits, type Link } from '@wse/protocol/internal'

/** A frame under the name it has on the wire. */
export type Named = readonly [type: string, frame: SharedFrame]

/** One message for many links, in the protocol of each. */
export interface Message {
  /** Characters and bytes it takes to keep. */
  readonly size: number
  /** The frame for one link. @throws {WseError} what cannot be encoded */
  of(link: Link): Named
}

/** A message as one protocol says it. */
interface Form {
  readonly codec: Codec
  readonly droppable: boolean
  readonly named: Named
  /** The one made before it. Nearly always all links speak alike, so that there is none. */
  readonly next: Form | null
}

/** One message for many links, encoded once for each protocol. */
export class SharedMessage implements Message {
  readonly #type: string
  readonly #volatile: boolean
  #payload: Payload
  #forms: Form | null = null
  #size = 0

  constructor(type: string, payload: Payload, volatile: boolean) {
    this.#type = type
    this.#payload = payload
    this.#volatile = volatile
  }

  /** Characters and bytes of all it was {@link prepare}d for. */
  get size(): number {
    return this.#size
  }

  /** The frame for one link. @throws {WseError} what cannot be encoded */
  of({ codec, version, limits }: Link): Named {
    const droppable = this.#volatile && version === 5
    for (let form = this.#forms; form !== null; form = form.next) {
      if (form.codec === codec && form.droppable === droppable) return form.named
    }
    return this.#encode(codec, limits, droppable)
  }

  /** Encodes it now for each of these, which are all there will be: it is kept without its payload. @throws {WseError} what cannot be encoded */
  prepare(codecs: Iterable<Codec>, limits: FrameLimits): void {
    for (const codec of codecs) {
      if (codec.version === 5) this.#size += this.#encode(codec, limits, false)[1].data.length
    }
    this.#payload = undefined
  }

  #encode(codec: Codec, limits: FrameLimits, droppable: boolean): Named {
    const named = this.#named(codec, limits, droppable)
    this.#forms = { codec, droppable, named, next: this.#forms }
    return named
  }

  #named(codec: Codec, limits: FrameLimits, droppable: boolean): Named {
    const [type, payload] = [this.#type, this.#payload]
    if (!droppable) return [type, { data: codec.encode(type, payload, undefined, limits) }]
    const inner = payload === undefined ? [type] : [type, payload]
    return [FRAME.VOLATILE, { data: codec.encode(FRAME.VOLATILE, inner, undefined, limits) }]
  }
}
