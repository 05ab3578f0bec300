import { readFileSync } from 'node:fs'
import { msgpack } from '@wse/msgpack'
import type { Envelope } from '@wse/protocol/wire'
import { Dice } from './dice.js'
import { corpus } from './frames.js'

const NO_LIMITS = { depth: 1_000, nameBytes: 100_000 }

/** Bytes that mean something to a reader of MessagePack. */
const TOKENS = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x93, 0xa0, 0xbf, 0xc0, 0xc1, 0xc4, 0xc6, 0xc7, 0xc9, 0xcb, 0xcf, 0xd3]
const LATER_TOKENS = [0xd4, 0xd6, 0xd7, 0xd8, 0xd9, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff]

/** Frames both ends know: those of the vectors, and what the vectors of JSON say, written as MessagePack. */
export function msgpackCorpus(): Uint8Array[] {
  const file = readFileSync(new URL('../../conformance/msgpack.json', import.meta.url), 'utf8')
  const { frames, decodeOnly } = JSON.parse(file) as Record<string, { frame: string }[]>
  const own = [...(frames ?? []), ...(decodeOnly ?? [])].map(({ frame }) => new Uint8Array(Buffer.from(frame, 'hex')))
  return [...own, ...corpus().flatMap(rewritten)]
}

function rewritten(text: string): Uint8Array[] {
  try {
    const [type, payload, stamp] = JSON.parse(text) as Envelope
    return [msgpack.encode(type, payload, stamp, NO_LIMITS) as Uint8Array]
  } catch {
    return []
  }
}

/** A source of mutants of MessagePack that gives the same ones for the same seed. */
export class MsgpackMutants {
  readonly #frames: readonly Uint8Array[]
  readonly #dice: Dice

  constructor(frames: readonly Uint8Array[], seed: number) {
    this.#frames = frames
    this.#dice = new Dice(seed)
  }

  /** The next mutant. Now and then it is a text, which nobody expects. */
  next(): string | Uint8Array {
    const dice = this.#dice
    let frame: Uint8Array = dice.pick(this.#frames)
    for (let i = dice.below(4); i >= 0; i--) frame = this.#mutate(frame)
    return dice.below(50) === 0 ? '["chat",1]' : frame
  }

  #mutate(frame: Uint8Array): Uint8Array {
    const dice = this.#dice
    const at = dice.below(frame.length + 1)
    const [before, rest] = [frame.subarray(0, at), frame.subarray(at)]
    switch (dice.below(6)) {
      case 0:
        return joined(before, rest.subarray(1 + dice.below(4)))
      case 1:
        return joined(before, [dice.pick([...TOKENS, ...LATER_TOKENS])], rest)
      case 2:
        return joined(before, [dice.below(256)], rest.subarray(1))
      case 3:
        return joined(before, dice.pick(this.#frames).subarray(dice.below(20)))
      case 4:
        return joined(before, dice.pick(this.#frames), rest)
      default:
        return joined(before, rest, rest.subarray(0, dice.below(40)))
    }
  }
}

function joined(...parts: ArrayLike<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)))
}
