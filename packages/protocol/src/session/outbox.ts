import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { WseError } from '../error/wse-error.js'
import { isReserved, type Stamp } from '../frames/envelope.js'
import { COUNTED_FRAMES } from '../frames/names.js'
import type { Link } from '../link/link.js'
import type { Data } from '../transport/transport.js'

/** A frame that has not been given to any link, and so has no position yet. */
export interface Waiting {
  /** Its type on the wire. */
  readonly type: string
  readonly data: Data
  /** Of the call it belongs to, if it does. */
  readonly stamp: Stamp | undefined
  /** Whether its payload is bytes, which not every peer takes. */
  readonly bytes: boolean
}

/**
 * Whether a frame belongs to a call that is under way: one of those that only mean something to the session they were made
 * in.
 */
export function isAnswer(type: string): boolean {
  return COUNTED_FRAMES.includes(type) && type !== FRAME.CALL && type !== FRAME.EVENT
}

/** Frames accepted while there is no link, in order. */
export class Outbox {
  #waiting: Waiting[] = []
  #bytes = 0

  get size(): number {
    return this.#waiting.length
  }

  /** Characters or bytes in all. */
  get bytes(): number {
    return this.#bytes
  }

  push(waiting: Waiting): void {
    this.#bytes += waiting.data.length
    this.#waiting.push(waiting)
  }

  /** Takes the oldest out. */
  shift(): Waiting | undefined {
    const waiting = this.#waiting.shift()
    this.#bytes -= waiting?.data.length ?? 0
    return waiting
  }

  /** Takes a call back; `false` if it is not here. */
  recall(stamp: Stamp): boolean {
    const at = this.#waiting.findIndex((waiting) => waiting.stamp === stamp && !isAnswer(waiting.type))
    if (at < 0) return false
    const [recalled] = this.#waiting.splice(at, 1)
    this.#bytes -= recalled?.data.length ?? 0
    return true
  }

  /** Takes everything out, oldest first. */
  empty(): Waiting[] {
    const all = this.#waiting
    this.#waiting = []
    this.#bytes = 0
    return all
  }
}

/** Why a frame encoded before the link was known cannot go on it, if it cannot. */
export function refusalOf({ type, data, bytes }: Waiting, link: Link): WseError | null {
  const certainty = 'not-sent'
  if (link.version === 4 && isReserved(type)) {
    return new WseError(WSE_ERROR.NOT_SUPPORTED, { certainty }, { message: 'a WSE 4 peer does not know this' })
  }
  if (bytes && !link.takesBytes) {
    return new WseError(WSE_ERROR.NOT_SUPPORTED, { certainty }, { message: 'this peer takes no bytes' })
  }
  if (link.takes(data)) return null
  return new WseError(WSE_ERROR.TOO_LARGE, { limit: link.outboundBytes, certainty })
}
