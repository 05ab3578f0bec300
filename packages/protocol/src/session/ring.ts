import type { Data } from '../transport/transport.js'

/** How much a session keeps to send again, or holds back while it has no link. */
export interface Bounds {
  /** Characters or bytes in all. */
  readonly bytes: number
  /** Frames in all. */
  readonly frames: number
}

/** Forgotten places at the front of the array before it is moved up. */
const SLACK = 256

/**
 * Frames the other end has not acknowledged, each at its position. Holds references to encoded frames, which many
 * sessions may share. Beyond its bounds it forgets the oldest; the newest it always keeps, however large that is.
 */
export class Ring {
  #frames: Data[] = []
  #head = 0
  #bytes = 0
  #first: number
  readonly #bounds: Bounds

  constructor(bounds: Bounds, first: number) {
    this.#bounds = bounds
    this.#first = first
  }

  /** Position of the oldest frame held, or of the next one where there is none. */
  get first(): number {
    return this.#first
  }

  /** Frames held. */
  get size(): number {
    return this.#frames.length - this.#head
  }

  /** Characters or bytes held. */
  get bytes(): number {
    return this.#bytes
  }

  /** Takes the frame of the next position. */
  push(data: Data): void {
    this.#frames.push(data)
    this.#bytes += data.length
    while (this.size > 1 && (this.#bytes > this.#bounds.bytes || this.size > this.#bounds.frames)) this.#shift()
  }

  /** Forgets everything up to a position. */
  forget(position: number): void {
    while (this.#first <= position && this.size > 0) this.#shift()
  }

  /** Frames behind a position, in order. */
  after(position: number): Data[] {
    return this.#frames.slice(this.#head + Math.max(0, position + 1 - this.#first))
  }

  #shift(): void {
    this.#bytes -= (this.#frames[this.#head] as Data).length
    this.#frames[this.#head] = ''
    this.#head++
    this.#first++
    if (this.#head < SLACK && this.#head < this.#frames.length) return
    this.#frames.splice(0, this.#head)
    this.#head = 0
  }
}
