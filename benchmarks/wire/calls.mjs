import { frame } from './frames.mjs'

/** Calls of one link, made before: as many answers as have come in a chunk, so many calls go out in one write. */
export class Calls {
  #ring
  #ends = [0]
  #perFrame
  #next = 0
  #answered = 0

  /** `texts` are answered in order, each by `perFrame` answers, and then may be said again. */
  constructor(texts, perFrame = 1) {
    const frames = texts.map((text) => frame(text))
    this.#ring = Buffer.concat([...frames, ...frames])
    for (const { length } of [...frames, ...frames]) this.#ends.push(this.#ends.at(-1) + length)
    this.#perFrame = perFrame
  }

  get length() {
    return (this.#ends.length - 1) / 2
  }

  start(link) {
    this.#say(link, this.length)
  }

  answered(link, count) {
    const answered = this.#answered + count
    const frames = Math.floor(answered / this.#perFrame)
    this.#answered = answered - frames * this.#perFrame
    if (frames > 0) this.#say(link, frames)
  }

  #say(link, frames) {
    const from = this.#next
    this.#next = (from + frames) % this.length
    link.write(this.#ring.subarray(this.#ends[from], this.#ends[from + frames]), frames * this.#perFrame)
  }
}
