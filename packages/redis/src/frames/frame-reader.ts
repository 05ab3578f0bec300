import type { Data } from '@wse/protocol'
import type { Incoming, NodeId, Position, Subject } from '@wse/protocol/backplane'
import { KIND, NODE_LENGTH } from './frame.js'

/** Whoever takes what frames carry. */
export interface Taker {
  /** A sender has come as far as `seq`. Gives its id as one text for all of its messages. */
  sender(id: NodeId, seq: number): NodeId
  /** A message has arrived; must not throw. */
  take(message: Incoming): void
}

const codeOf = (character: string): number => character.charCodeAt(0)
const TEXT = codeOf(KIND.TEXT)
const BYTES = codeOf(KIND.BYTES)
const KEPT_TEXT = codeOf(KIND.KEPT_TEXT)
const KEPT_BYTES = codeOf(KIND.KEPT_BYTES)
const RUN = codeOf(KIND.RUN)
const NINE = codeOf('9')
const ZERO = codeOf('0')
const SPACE = codeOf(' ')
const LINE_END = codeOf('\n')

/** Where the number of the sender begins. */
const SEQ_AT = 1 + NODE_LENGTH

/** Reads frames, none of which it keeps. */
export class FrameReader {
  readonly #taker: Taker
  #at = 0

  constructor(taker: Taker) {
    this.#taker = taker
  }

  /** Gives what a frame carries to the taker; false if it is none, or breaks off. */
  read(frame: Buffer, subject: Subject): boolean {
    const kind = frame[0]
    this.#at = SEQ_AT
    const seq = this.#number(frame)
    if (this.#at === SEQ_AT) return false
    const id = frame.toString('latin1', 1, SEQ_AT)
    if (kind === TEXT || kind === BYTES) {
      if (frame[this.#at] !== LINE_END) return false
      this.#give(subject, id, seq, bodyOf(frame, kind === TEXT, this.#at + 1, frame.length), undefined)
      return true
    }
    if (kind === RUN) return this.#run(frame, subject, id, seq)
    if (kind !== KEPT_TEXT && kind !== KEPT_BYTES) return false
    const position = this.#position(frame)
    if (position === null) return false
    this.#give(subject, id, seq, bodyOf(frame, kind === KEPT_TEXT, this.#at + 1, frame.length), position)
    return true
  }

  #run(frame: Buffer, subject: Subject, id: NodeId, first: number): boolean {
    if (frame[this.#at] !== LINE_END) return false
    let next = this.#at + 1
    for (let seq = first; next < frame.length; seq++) {
      const kind = frame[next]
      this.#at = next + 1
      const length = this.#number(frame)
      const start = this.#at + 1
      if (this.#at === next + 1 || frame[this.#at] !== LINE_END || (kind !== TEXT && kind !== BYTES)) return false
      next = start + length
      if (next > frame.length) return false
      this.#give(subject, id, seq, bodyOf(frame, kind === TEXT, start, next), undefined)
    }
    return true
  }

  #position(frame: Buffer): Position | null {
    const start = this.#at + 1
    const end = frame[this.#at] === SPACE ? frame.indexOf(SPACE, start) : -1
    if (end < 0) return null
    this.#at = end + 1
    const offset = this.#number(frame)
    if (this.#at === end + 1 || frame[this.#at] !== LINE_END) return null
    return { epoch: frame.toString('latin1', start, end), offset }
  }

  #number(frame: Buffer): number {
    let number = 0
    let at = this.#at
    for (let digit = frame[at]; digit !== undefined && digit >= ZERO && digit <= NINE; digit = frame[++at]) {
      number = number * 10 + digit - ZERO
    }
    this.#at = at
    return number
  }

  #give(subject: Subject, id: NodeId, seq: number, body: Data, position: Position | undefined): void {
    const from = this.#taker.sender(id, seq)
    this.#taker.take({ subject, from, seq, body, position })
  }
}

/** What arrives together shares its memory, and would keep all of it alive: bytes get their own. */
function bodyOf(frame: Buffer, isText: boolean, start: number, end: number): Data {
  return isText ? frame.toString('utf8', start, end) : new Uint8Array(frame.subarray(start, end))
}
