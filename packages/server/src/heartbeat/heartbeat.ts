import { type Clock, type Timer, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import { duration, groupOf, type Link, type Settled } from '@wse/protocol/internal'

/** How often a server looks after its links. */
export interface HeartbeatOptions {
  /** Milliseconds from ping to ping of one link. @default 25_000 */
  interval?: number | undefined
  /** Milliseconds a client has to answer, by any byte. @default 10_000 */
  grace?: number | undefined
}

/** Reads the `heartbeat` option; null for none. @throws {WseError} `INVALID_OPTION` */
export function heartbeatOption(given: false | HeartbeatOptions | undefined): Settled<HeartbeatOptions> | null {
  if (given === false) return null
  return groupOf<HeartbeatOptions>('heartbeat', given, { interval: duration(25_000), grace: duration(10_000) })
}

/** Whose link is looked after. */
export interface Pulse {
  readonly session: { readonly link: Link | null }
  /** Whether reading is held up here, so that silence proves nothing. */
  readonly paused: boolean
  latency: number | null
  /** Sends a ping on its link. */
  ping(): unknown
}

interface Beat {
  readonly pulse: Pulse
  readonly link: Link
  /** Its place on the wheel. */
  readonly slot: Set<Beat>
  /** When the last ping went out. */
  at: number
  answered: boolean
}

/** A ping that went out. */
interface Asked {
  readonly beat: Beat
  readonly at: number
  /** What had been received by then. */
  readonly bytes: number
}

/** Longest and shortest time between two looks, in ms, where the interval allows. */
const TICK = 1_000
/** Fewest looks in an interval. */
const FEWEST_SLOTS = 5

/**
 * Pings every link once an interval and closes those that do not answer. All links are spread over one wheel, each at a
 * random place: one timer for all of them, and never all of them at once.
 */
export class Heartbeat {
  readonly settings: Settled<HeartbeatOptions>
  readonly #clock: Clock
  readonly #tick: number
  readonly #slots: Set<Beat>[]
  readonly #beats = new Map<Pulse, Beat>()
  /** Pings out, oldest first. */
  #asked: Asked[] = []
  #at = 0
  #due = 0
  #timer: Timer = null

  constructor(clock: Clock, settings: Settled<HeartbeatOptions>) {
    this.#clock = clock
    this.settings = settings
    const slots = Math.max(FEWEST_SLOTS, Math.ceil(settings.interval / TICK))
    this.#tick = settings.interval / slots
    this.#slots = Array.from({ length: slots }, () => new Set())
  }

  /** Links looked after. */
  get size(): number {
    return this.#beats.size
  }

  /** Looks after the link of `pulse`; a WSE 4 client only where its transport can ping. */
  add(pulse: Pulse): void {
    this.remove(pulse)
    const { link } = pulse.session
    if (link === null || (link.version === 4 && link.transport.ping === undefined)) return
    const slot = this.#slots[Math.floor(this.#clock.random() * this.#slots.length)] as Set<Beat>
    const beat = { pulse, link, slot, at: 0, answered: true }
    slot.add(beat)
    this.#beats.set(pulse, beat)
    if (this.#beats.size === 1) this.#start()
  }

  /** No longer. */
  remove(pulse: Pulse): void {
    const beat = this.#beats.get(pulse)
    if (beat === undefined) return
    beat.slot.delete(beat)
    this.#beats.delete(pulse)
    if (this.#beats.size > 0) return
    this.#asked = []
    this.#clock.clearTimer(this.#timer)
  }

  /** A ping was answered; how long that took, in ms, where it was the last one. */
  ponged(pulse: Pulse): number | null {
    const beat = this.#beats.get(pulse)
    if (beat === undefined || beat.answered) return null
    beat.answered = true
    pulse.latency = this.#clock.now() - beat.at
    return pulse.latency
  }

  #start(): void {
    this.#clock.clearTimer(this.#timer)
    this.#due = this.#clock.now() + this.#tick
    this.#timer = this.#clock.setTimer(() => this.#turn(), this.#tick)
  }

  #turn(): void {
    const late = this.#clock.now() - this.#due
    this.#at = (this.#at + 1) % this.#slots.length
    // After a standstill of this process answers lie unread in its sockets: nobody is judged before they were read.
    if (late < Math.max(TICK, this.#tick)) this.#judge()
    for (const beat of [...(this.#slots[this.#at] as Set<Beat>)]) this.#ping(beat)
    if (this.#beats.size > 0) this.#start()
  }

  #ping(beat: Beat): void {
    const { pulse, link } = beat
    beat.at = this.#clock.now()
    beat.answered = false
    this.#asked.push({ beat, at: beat.at, bytes: link.heard })
    pulse.ping()
  }

  #judge(): void {
    const before = this.#clock.now() - this.settings.grace
    let judged = 0
    for (const asked of this.#asked) {
      if (asked.at > before) break
      judged++
      this.#judgeOne(asked)
    }
    this.#asked.splice(0, judged)
  }

  #judgeOne({ beat, bytes }: Asked): void {
    const { pulse, link } = beat
    if (this.#beats.get(pulse) !== beat || link.heard !== bytes || pulse.paused) return
    link.close(WSE_CLOSE.NO_PONG, WSE_REASON.NO_PONG)
  }
}
