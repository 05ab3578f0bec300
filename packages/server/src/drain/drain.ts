import { type Clock, type Timer, WSE_REASON } from '@wse/protocol'
import { duration, invalidOption, knownMembers, optionGroup } from '@wse/protocol/internal'
import { askToLeave, type Leaver } from './goaway.js'

/** How a server sends its clients away. */
export interface DrainOptions {
  /**
   * Milliseconds for which it only says that it is not ready, so that balancers notice; whoever comes is let in. @default 0
   */
  notice?: number | undefined
  /** Milliseconds after which who is still here is closed. @default 25_000 */
  timeout?: number | undefined
  /** Milliseconds over which clients are asked to leave, so that they do not all come to another server at once. @default 15_000 */
  spread?: number | undefined
  /** Where they are to go. @default where they find a server by themselves */
  to?: string | undefined
}

/** How often it looks whether everybody has left, in ms. */
const LOOK = 100

/** What a drain needs of its server. */
export interface DrainHost {
  readonly clock: Clock
  /** Sessions that have a link now. */
  live(): Iterable<Leaver>
  /** Links of any kind. */
  readonly links: number
}

/** Sends every client away, each at a time drawn for it, and waits until they have gone. */
export class Drain {
  readonly #host: DrainHost
  #timer: Timer = null
  #deadline = 0
  /** Whether it is only said so far. */
  #isNoticed = false
  #finish: (() => void) | null = null

  constructor(host: DrainHost) {
    this.#host = host
  }

  /** Whether clients are sent away. */
  get draining(): boolean {
    return this.#finish !== null && !this.#isNoticed
  }

  /** Whether they are, or are about to be. */
  get announced(): boolean {
    return this.#finish !== null
  }

  /** Resolves when all have left, or time is up. @throws {WseError} `INVALID_OPTION` */
  start(options: DrainOptions): Promise<void> {
    const settled = drainOptions(options)
    return new Promise((resolve) => {
      this.#finish = resolve
      if (settled.notice === 0) return this.#begin(settled)
      this.#isNoticed = true
      this.#timer = this.#host.clock.setTimer(() => this.#begin(settled), settled.notice)
    })
  }

  #begin({ timeout, spread, to }: ReturnType<typeof drainOptions>): void {
    const { clock } = this.#host
    this.#isNoticed = false
    this.#deadline = clock.now() + timeout
    for (const session of this.#host.live()) {
      const delay = Math.round(clock.random() * Math.min(spread, timeout))
      askToLeave(session, { reason: WSE_REASON.RESTART, deadline: timeout, delay, ...(to === undefined ? {} : { to }) })
    }
    this.#look()
  }

  /** Waits no longer. */
  finish(): void {
    this.#isNoticed = false
    this.#host.clock.clearTimer(this.#timer)
    this.#finish?.()
    this.#finish = null
  }

  #look(): void {
    if (this.#host.links === 0 || this.#host.clock.now() >= this.#deadline) return this.finish()
    this.#timer = this.#host.clock.setTimer(() => this.#look(), LOOK)
  }
}

function drainOptions(given: DrainOptions): {
  notice: number
  timeout: number
  spread: number
  to: string | undefined
} {
  const options = optionGroup<DrainOptions>('drain', given)
  knownMembers('drain', options, ['notice', 'timeout', 'spread', 'to'])
  const { to } = options
  if (to !== undefined && !(typeof to === 'string' && /^wss?:\/\//i.test(to)))
    throw invalidOption('to', 'takes ws://… or wss://…')
  return {
    notice: duration(0, 0)('notice', options.notice),
    timeout: duration(25_000)('timeout', options.timeout),
    spread: duration(15_000, 0)('spread', options.spread),
    to,
  }
}
