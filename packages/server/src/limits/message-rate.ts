import { type Clock, type Timer, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import type { Link, Settled } from '@wse/protocol/internal'
import type { MessageRateOptions } from './server-limits.js'

/**
 * A token bucket for the frames of one link. A client that sends faster is read more slowly: its socket is paused until
 * the bucket has a token again, and TCP passes the pressure on to it.
 */
export class MessageRate {
  readonly #clock: Clock
  readonly #link: Link
  readonly #rate: Settled<MessageRateOptions>
  #tokens: number
  #filledAt: number
  #paused: Timer | null = null

  constructor(clock: Clock, link: Link, rate: Settled<MessageRateOptions>) {
    this.#clock = clock
    this.#link = link
    this.#rate = rate
    this.#tokens = rate.burst
    this.#filledAt = clock.now()
  }

  /** Whether reading is held up. */
  get paused(): boolean {
    return this.#paused !== null
  }

  /** Takes a token for a frame that arrived. Frames already read are handled even so, on credit. */
  take(): void {
    this.#fill()
    this.#tokens -= 1
    if (this.#tokens >= 0 || this.#paused !== null) return
    if (this.#rate.close) return this.#link.close(WSE_CLOSE.RATE, WSE_REASON.RATE)
    this.#pause()
  }

  /** Stops its timer; a paused socket reads again, or it would never see the answer to its close. */
  stop(): void {
    if (this.#paused === null) return
    this.#clock.clearTimer(this.#paused)
    this.#paused = null
    this.#link.transport.resume?.()
  }

  #fill(): void {
    const now = this.#clock.now()
    const earned = ((now - this.#filledAt) / 1_000) * this.#rate.perSecond
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + earned)
    this.#filledAt = now
  }

  #pause(): void {
    this.#link.transport.pause?.()
    const wait = Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * 1_000)
    this.#paused = this.#clock.setTimer(() => this.#resume(), Math.min(wait, 60_000))
  }

  #resume(): void {
    this.#paused = null
    this.#fill()
    if (this.#tokens < 0) this.#pause()
    else this.#link.transport.resume?.()
  }
}
