import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Dice } from './dice.js'

/** Pieces that mean something to a reader of frames. */
const TOKENS = [
  '[',
  ']',
  '{',
  '}',
  '"',
  ',',
  ':',
  'null',
  '0',
  '-1',
  '1e400',
  '""',
  '"~wse:',
  '"__proto__"',
  '\\u0000',
  '\ud800',
]

/** Text frames both ends know, from the conformance vectors: what mutants begin as. */
export function corpus(): string[] {
  const text = (name: string) => readFileSync(new URL(`../../conformance/${name}.json`, import.meta.url), 'utf8')
  const frames: string[] = []
  collect(JSON.parse(text('envelopes')), frames)
  collect(JSON.parse(text('batches')), frames)
  collect(JSON.parse(text('wse4')), frames)
  for (const [name, { valid = [], invalid = [] }] of Object.entries<FrameVectors>(JSON.parse(text('frames')).frames)) {
    for (const payload of [...valid, ...invalid]) {
      frames.push(JSON.stringify([name, payload]), JSON.stringify([name, payload, 1]))
    }
  }
  return frames
}

/** A source of mutants that gives the same ones for the same seed. */
export class Mutants {
  readonly #frames: readonly string[]
  readonly #anything: readonly string[]
  readonly #dice: Dice

  constructor(frames: readonly string[], seed: number) {
    this.#frames = frames
    this.#dice = new Dice(seed)
    this.#anything = fc.sample(fc.json({ maxDepth: 6 }), { numRuns: 1_000, seed })
  }

  /** The next mutant: text, or bytes. */
  next(): string | Uint8Array {
    const kind = this.#dice.below(10)
    if (kind === 0) return this.#dice.pick(this.#anything)
    let frame = this.#dice.pick(this.#frames)
    if (kind < 9) for (let i = this.#dice.below(4); i >= 0; i--) frame = this.#mutate(frame)
    return this.#dice.below(20) === 0 ? this.#asBytes(frame) : frame
  }

  #mutate(frame: string): string {
    const at = this.#dice.below(frame.length + 1)
    const rest = frame.slice(at)
    switch (this.#dice.below(6)) {
      case 0:
        return frame.slice(0, at) + frame.slice(at + 1 + this.#dice.below(4))
      case 1:
        return frame.slice(0, at) + this.#dice.pick(TOKENS) + rest
      case 2:
        return frame.slice(0, at) + String.fromCharCode(this.#dice.below(0x500)) + rest.slice(1)
      case 3:
        return frame.slice(0, at) + this.#dice.pick(this.#frames).slice(this.#dice.below(20))
      case 4:
        return frame.replace(/null|\d+|"[^"]*"/, () => this.#dice.pick(this.#anything))
      default:
        return frame.slice(0, at) + rest.repeat(1 + this.#dice.below(3))
    }
  }

  /** A binary frame whose length prefix may or may not be true. */
  #asBytes(frame: string): Uint8Array {
    const text = new TextEncoder().encode(frame)
    const bytes = new Uint8Array(4 + text.length + this.#dice.below(8))
    new DataView(bytes.buffer).setUint32(0, this.#dice.below(3) === 0 ? this.#dice.below(2 ** 31) : text.length)
    bytes.set(text, 4)
    return bytes
  }
}

interface FrameVectors {
  valid?: unknown[]
  invalid?: unknown[]
}

/** Every text that reads as a frame, wherever a vector file has it. */
function collect(value: unknown, frames: string[]): void {
  if (typeof value === 'string' && value.startsWith('[')) frames.push(value)
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item, frames)
}
