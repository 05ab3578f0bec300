import type { Clock, Timer } from '@wse/protocol'
import type { Link, Progress } from '../connection/link.js'

/** What a watchdog works with. */
export interface WatchdogParts {
  readonly clock: Clock
  /** Milliseconds between two probes. */
  readonly probe: number
  /** Milliseconds that one may be under way where the engine is slow, and not silent. */
  readonly timeout: number
  /** Publishes a probe to this node itself, the way everything goes. */
  send(text: string): void
}

/** A probe that is under way. */
interface Probe {
  readonly text: string
  readonly sentAt: number
  /** Whether the engine has said that it has published it: then it is on its way back. */
  isPublished: boolean
}

/**
 * Notices an engine that does not answer, whatever its sockets look like: what is sent to oneself has to come back. A
 * client library would believe what is written to be sent, and a link without an end to be alive.
 */
export class Watchdog {
  /** Milliseconds the last probe that came back was under way; null before. */
  lag: number | null = null
  /** When one came back last, on the clock. */
  heardAt = 0
  readonly #parts: WatchdogParts
  #probe: Probe | null = null
  /** How far the link was when it was looked at last. */
  #noted: Progress | null = null
  #timer: Timer | null = null
  #count = 0

  constructor(parts: WatchdogParts) {
    this.#parts = parts
  }

  /** Watches a link that has just proved to be alive. */
  start(link: Link): void {
    this.heardAt = this.#parts.clock.now()
    this.#send(link)
  }

  /** Watches nothing. */
  stop(): void {
    this.#parts.clock.clearTimer(this.#timer)
    this.#timer = null
    this.#probe = null
  }

  /** The probe was published. */
  published(): void {
    if (this.#probe !== null) this.#probe.isPublished = true
  }

  /** A probe has come back. */
  echo(text: string): void {
    if (this.#probe?.text !== text) return
    this.heardAt = this.#parts.clock.now()
    this.lag = this.heardAt - this.#probe.sentAt
    this.#probe = null
  }

  /** The probe that is under way will not come back, though the engine answers: it is sent again. */
  again(): void {
    if (this.#probe !== null) this.#parts.send(this.#probe.text)
  }

  #send(link: Link): void {
    const { clock, send } = this.#parts
    const text = String(++this.#count)
    this.#probe = { text, sentAt: clock.now(), isPublished: false }
    send(text)
    this.#arm(link)
  }

  #arm(link: Link): void {
    const { clock, probe } = this.#parts
    this.#noted = link.progress
    this.#timer = clock.setTimer(() => this.#look(link), probe)
  }

  #look(link: Link): void {
    // A process that was busy itself has not read yet what may have arrived meanwhile.
    if (this.#isOverdue(link)) this.#timer = this.#parts.clock.setTimer(() => this.#judge(link), 0)
    else this.#goOn(link)
  }

  #judge(link: Link): void {
    if (this.#probe === null || !this.#isOverdue(link)) return this.#goOn(link)
    const silence = Math.round(this.#parts.clock.now() - this.#probe.sentAt)
    link.end(new Error(`nothing came back for ${silence} ms`))
  }

  #goOn(link: Link): void {
    if (this.#probe === null) this.#send(link)
    else this.#arm(link)
  }

  #isOverdue(link: Link): boolean {
    const probe = this.#probe
    if (probe === null) return false
    return this.#isSilent(link.progress, probe) || this.#parts.clock.now() - probe.sentAt >= this.#parts.timeout
  }

  /** Whether that connection on which the probe is stands still. */
  #isSilent(now: Progress, { isPublished }: Probe): boolean {
    const before = this.#noted
    if (before === null) return false
    if (isPublished) return now.arrived === before.arrived
    // An engine that is given very much takes it, before it can answer.
    const takes = before.waiting > 0 && now.taken > before.taken
    return now.answered === before.answered && !takes
  }
}
