import type { Clock, Timer } from '@wse/protocol'
import type { Link } from '../connection/link.js'

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
  /** What had arrived when it left. */
  readonly bytesRead: Link['bytesRead']
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
  #link: Link | null = null
  #probe: Probe | null = null
  #timer: Timer | null = null
  #count = 0

  constructor(parts: WatchdogParts) {
    this.#parts = parts
  }

  /** Watches a link that has just proved to be alive. */
  start(link: Link): void {
    this.#link = link
    this.heardAt = this.#parts.clock.now()
    this.#send()
  }

  /** Watches nothing. */
  stop(): void {
    this.#parts.clock.clearTimer(this.#timer)
    this.#timer = null
    this.#link = null
    this.#probe = null
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

  #send(): void {
    const link = this.#link
    if (link === null) return
    const { clock, send } = this.#parts
    const text = String(++this.#count)
    this.#probe = { text, sentAt: clock.now(), bytesRead: link.bytesRead }
    send(text)
    this.#arm()
  }

  #arm(): void {
    const { clock, probe } = this.#parts
    this.#timer = clock.setTimer(() => this.#look(), probe)
  }

  #look(): void {
    if (this.#probe === null) return this.#send()
    if (!this.#isOverdue(this.#probe)) return this.#arm()
    // A process that was busy itself has not read yet what may have arrived meanwhile.
    this.#timer = this.#parts.clock.setTimer(() => this.#judge(), 0)
  }

  #judge(): void {
    const probe = this.#probe
    if (probe === null) return this.#send()
    if (!this.#isOverdue(probe)) return this.#arm()
    const silence = Math.round(this.#parts.clock.now() - probe.sentAt)
    this.#link?.end(new Error(`nothing came back for ${silence} ms`))
  }

  #isOverdue(probe: Probe): boolean {
    return this.#isSilent(probe) || this.#parts.clock.now() - probe.sentAt >= this.#parts.timeout
  }

  /** Whether one of both connections has brought nothing since. */
  #isSilent(probe: Probe): boolean {
    const bytesRead = this.#link?.bytesRead
    return probe.bytesRead.some((bytes, at) => bytes === bytesRead?.[at])
  }
}
