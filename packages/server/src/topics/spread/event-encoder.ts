import type { Data } from '@wse/protocol'
import { bytesOf, type Codec, FRAME, type FrameLimits } from '@wse/protocol/internal'
import type { EventAbout } from '../../backplane/event-about.js'
import { encodeForAll } from '../../backplane/relayed.js'
import { exceptedBy } from '../../people/excepted.js'
import { type EventPayload, sendOptions } from '../outgoing-event.js'
import type { PublishOptions } from '../publication.js'

/** What events are encoded with. */
interface EncodingParts {
  readonly codecs: readonly Codec[]
  readonly limits: FrameLimits
}

/** An event as it travels between nodes. */
interface EncodedEvent {
  readonly about: EventAbout
  readonly frames: readonly Data[]
}

/** Encodes events for other nodes, in every protocol that knows events. */
export class EventEncoder {
  readonly #codecs: readonly Codec[]
  readonly #limits: FrameLimits
  /** What is said of an event that is nothing special: the same object, so that it is made a text once. */
  readonly #plain: EventAbout

  constructor({ codecs, limits }: EncodingParts) {
    this.#codecs = codecs.filter(({ version }) => version === 5)
    this.#limits = limits
    this.#plain = Object.freeze({ c: this.#codecs.map(({ name }) => name) })
  }

  /** @throws {WseError} what cannot be encoded, `INVALID_OPTION` */
  encode(payload: EventPayload, options: PublishOptions | undefined): EncodedEvent {
    const frame = options?.volatile ? { ...payload, volatile: true } : payload
    const { codecs: c, frames } = encodeForAll(this.#codecs, this.#limits, FRAME.EVENT, frame)
    const isBytes = bytesOf(FRAME.EVENT, payload) !== null
    if (options === undefined && !isBytes && c.length === this.#codecs.length) return { about: this.#plain, frames }
    const x = exceptedBy(options)?.ids
    const o = options && sendOptions(payload, options)
    return { about: { c, x, o, b: isBytes ? true : undefined }, frames }
  }
}
