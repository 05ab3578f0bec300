import type { Data, Payload } from '@wse/protocol'
import { type Codec, type FrameLimits, jsonCodec } from '@wse/protocol/internal'
import { isBatch } from '@wse/protocol/wire'

/** What stands before a value as a text that is none of JSON. */
const BASE64 = '='

/** Values as nodes write them to each other: in the protocol of theirs that says the most. */
export class Values {
  readonly #codec: Codec
  readonly #limits: FrameLimits

  constructor(codecs: readonly Codec[], limits: FrameLimits) {
    // JSON says the least: of dates and bytes it makes text.
    this.#codec = codecs.find((codec) => codec.version === 5 && codec !== jsonCodec) ?? jsonCodec
    this.#limits = limits
  }

  /** @throws {WseError} `UNSERIALIZABLE`, `TOO_DEEP` */
  write(value: Payload): Data {
    // Under a name that carries bytes as they are, in JSON as well.
    return this.#codec.encode('value', value, undefined, this.#limits)
  }

  read(data: Data): Payload {
    const frame = this.#codec.decode(data, this.#limits)
    return isBatch(frame) ? undefined : frame[1]
  }

  /** The same as a text. @throws {WseError} `UNSERIALIZABLE`, `TOO_DEEP` */
  writeText(value: Payload): string {
    const data = this.write(value)
    return typeof data === 'string' ? data : BASE64 + Buffer.from(data).toString('base64')
  }

  readText(text: string): Payload {
    return this.read(text.startsWith(BASE64) ? Buffer.from(text.slice(BASE64.length), 'base64') : text)
  }
}
