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

/** An event as it travels between nodes. @throws {WseError} what cannot be encoded, `INVALID_OPTION` */
export function encodeEvent(
  payload: EventPayload,
  options: PublishOptions | undefined,
  { codecs, limits }: EncodingParts,
): { readonly about: EventAbout; readonly frames: readonly Data[] } {
  const frame = options?.volatile ? { ...payload, volatile: true } : payload
  const speaking = codecs.filter(({ version }) => version === 5)
  const { codecs: c, frames } = encodeForAll(speaking, limits, FRAME.EVENT, frame)
  const x = exceptedBy(options)?.ids
  const o = options && sendOptions(payload, options)
  const b = bytesOf(FRAME.EVENT, payload) === null ? undefined : true
  return { about: { c, x, o, b }, frames }
}
