import type { Payload, SharedFrame } from '@wse/protocol'
import { type Codec, FRAME, type FrameLimits, type Link } from '@wse/protocol/internal'

/** A frame under the name it has on the wire. */
export type Named = readonly [type: string, frame: SharedFrame]

/** One message for many links, encoded once for each protocol. */
export class SharedMessage {
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

  /** Encodes it now for each of these. @throws {WseError} what cannot be encoded */
  prepare(codecs: Iterable<Codec>, limits: FrameLimits): void {
    for (const codec of codecs) if (codec.version === 5) this.#plain.set(codec, this.#encode(codec, limits, false))
  }

  #encode(codec: Codec, limits: FrameLimits, droppable: boolean): Named {
    const [type, payload] = [this.#type, this.#payload]
    if (!droppable) return [type, { data: codec.encode(type, payload, undefined, limits) }]
    const inner = payload === undefined ? [type] : [type, payload]
    return [FRAME.VOLATILE, { data: codec.encode(FRAME.VOLATILE, inner, undefined, limits) }]
  }
}
