import { type Clock, type Data, type Timer, WSE_CLOSE, WSE_ERROR, WSE_REASON, WseError } from '@wse/protocol'
import { type Link, utf8Length } from '@wse/protocol/internal'
import type { ServerLimits } from './server-limits.js'

/** How often congested links are looked at, in ms. */
const TICK = 1_000

/** A link that has more unsent than may be. */
interface Congestion {
  /** Bytes the network had taken, or, where the transport does not know, that were unsent, when last looked at. */
  mark: number
  /** Bytes read since `since`. */
  read: number
  since: number
}

/**
 * Finds clients that read what they are sent too slowly and closes them with 4002, so that one cannot fill the memory of
 * all. One timer, and only while somebody is congested.
 */
export class SlowReaders {
  readonly #congested = new Map<Link, Congestion>()
  readonly #clock: Clock
  readonly #limits: ServerLimits
  /** Bytes that have to be read within the grace. */
  readonly #least: number
  #timer: Timer = null
  #due = 0

  constructor(clock: Clock, limits: ServerLimits) {
    const { bytesPerSecond, grace } = limits.slowReader
    this.#clock = clock
    this.#limits = limits
    this.#least = (bytesPerSecond * grace) / 1_000
  }

  get size(): number {
    return this.#congested.size
  }

  /** Notes that `data` was added to a link that has `unsent` bytes waiting. */
  congested(link: Link, unsent: number, data: Data): void {
    const known = this.#congested.get(link)
    if (known !== undefined && link.transport.bytesWritten === undefined) known.mark += sizeOf(data)
    if (unsent <= this.#limits.bufferedBytes) return
    if (unsent > 4 * this.#limits.messageBytes) return close(link)
    if (known !== undefined) return
    this.#congested.set(link, { mark: link.transport.bytesWritten ?? unsent, read: 0, since: this.#clock.now() })
    if (this.#congested.size === 1) this.#arm()
  }

  /** Forgets a link that ended. */
  forget(link: Link): void {
    if (this.#congested.delete(link) && this.#congested.size === 0) this.#clock.clearTimer(this.#timer)
  }

  #arm(): void {
    this.#clock.clearTimer(this.#timer)
    this.#due = this.#clock.now() + TICK
    this.#timer = this.#clock.setTimer(() => this.#look(), TICK)
  }

  #look(): void {
    const now = this.#clock.now()
    // While this process stood still nobody could be sent anything.
    const stoodStill = now - this.#due >= TICK
    for (const [link, known] of [...this.#congested]) {
      note(link, known)
      if (stoodStill || known.read >= this.#least) Object.assign(known, { read: 0, since: now })
      if (link.unsent <= this.#limits.bufferedBytes) this.#congested.delete(link)
      else if (now - known.since >= this.#limits.slowReader.grace) close(link)
    }
    if (this.#congested.size > 0) this.#arm()
  }
}

/** Tells of a link that is to be closed with 4002. */
export function reportSlowReader(link: Link): void {
  const { unsent } = link
  link.report(new WseError(WSE_ERROR.SLOW_READER, { unsent }, { message: `${unsent} bytes were sent and not read` }))
}

/** Notes how much was read since the last look. */
function note(link: Link, known: Congestion): void {
  const { bytesWritten } = link.transport
  const mark = bytesWritten ?? link.unsent
  known.read += Math.max(0, bytesWritten === undefined ? known.mark - mark : mark - known.mark)
  known.mark = mark
}

function close(link: Link): void {
  reportSlowReader(link)
  link.close(WSE_CLOSE.SLOW_READER, WSE_REASON.SLOW_READER)
}

function sizeOf(data: Data): number {
  return typeof data === 'string' ? utf8Length(data) : data.length
}
