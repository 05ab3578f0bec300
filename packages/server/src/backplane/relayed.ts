import type { Data, Payload, SharedFrame } from '@wse/protocol'
import { type Codec, FRAME, type FrameLimits, type Link } from '@wse/protocol/internal'
import { isBatch } from '@wse/protocol/wire'
import type { Message, Named } from '../people/shared-message.js'

/** A frame by the protocol it is in. */
export type Frames = ReadonlyMap<string, Data>

/** The same thing said in every protocol of a server that can say it; their names, to go before the frames. */
export interface Encoded {
  readonly codecs: readonly string[]
  readonly frames: readonly Data[]
}

/** Says one thing in each protocol. @throws {WseError} what none of them can say */
export function encodeForAll(codecs: readonly Codec[], limits: FrameLimits, type: string, payload: Payload): Encoded {
  const names: string[] = []
  const frames: Data[] = []
  let failure: unknown
  for (const codec of codecs) {
    try {
      frames.push(codec.encode(type, payload, undefined, limits))
      names.push(codec.name)
    } catch (error) {
      failure = error
    }
  }
  if (frames.length === 0 && failure !== undefined) throw failure
  return { codecs: names, frames }
}

/** A message that came from another node as frames: passed on as it is, wherever a link speaks a protocol it came in. */
export class RelayedMessage implements Message {
  readonly #codecs: readonly Codec[]
  readonly #limits: FrameLimits
  readonly #volatile: boolean
  readonly #forms: { codec: Codec; droppable: boolean; named: Named }[] = []

  /** `isVolatile`: the frames are those of a volatile message. */
  constructor(
    { codecs: names, frames }: Encoded,
    codecs: readonly Codec[],
    limits: FrameLimits,
    type: string,
    isVolatile: boolean,
  ) {
    this.#codecs = codecs
    this.#limits = limits
    this.#volatile = isVolatile
    for (const [at, name] of names.entries()) {
      const codec = codecs.find((one) => one.name === name)
      const frame: SharedFrame = { data: frames[at] as Data }
      if (codec !== undefined)
        this.#forms.push({ codec, droppable: isVolatile, named: [isVolatile ? FRAME.VOLATILE : type, frame] })
    }
  }

  get size(): number {
    return this.#forms.reduce((sum, { named }) => sum + named[1].data.length, 0)
  }

  of({ codec, version }: Link): Named {
    const droppable = this.#volatile && version === 5
    for (const form of this.#forms) if (form.codec === codec && form.droppable === droppable) return form.named
    return this.#recode(codec, droppable)
  }

  /** In a protocol it did not come in. @throws {WseError} what cannot be encoded */
  #recode(codec: Codec, droppable: boolean): Named {
    const [type, payload] = this.#read()
    const named: Named = droppable
      ? [FRAME.VOLATILE, { data: codec.encode(FRAME.VOLATILE, [type, payload], undefined, this.#limits) }]
      : [type, { data: codec.encode(type, payload, undefined, this.#limits) }]
    this.#forms.push({ codec, droppable, named })
    return named
  }

  #read(): readonly [type: string, payload: Payload] {
    const [form] = this.#forms
    const codec = form?.codec ?? (this.#codecs[0] as Codec)
    const frame = codec.decode(form?.named[1].data ?? '', this.#limits)
    if (isBatch(frame)) return ['', undefined]
    const [type, payload] = frame
    return type === FRAME.VOLATILE ? (payload as [string, Payload]) : [type, payload]
  }
}
