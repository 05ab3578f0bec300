import { type Clock, type Timer, WSE_REASON } from '@wse/protocol'
import { duration, invalidOption, knownMembers, optionGroup } from '@wse/protocol/internal'
import { askToLeave, type Leaver } from './goaway.js'

/** How a server sends its clients away. */
export interface DrainOptions {
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
  #finish: (() => void) | null = null

  constructor(host: DrainHost) {
    this.#host = host
  }

  /** Whether one is under way. */
  get draining(): boolean {
    return this.#finish !== null
  }

  /** Resolves when all have left, or time is up. @throws {WseError} `INVALID_OPTION` */
  start(options: DrainOptions): Promise<void> {
    const { timeout, spread, to } = drainOptions(options)
    const { clock } = this.#host
    this.#deadline = clock.now() + timeout
    for (const session of this.#host.live()) {
      const delay = Math.round(clock.random() * Math.min(spread, timeout))
      askToLeave(session, { reason: WSE_REASON.RESTART, deadline: timeout, delay, ...(to === undefined ? {} : { to }) })
    }
    return new Promise((resolve) => {
      this.#finish = resolve
      this.#look()
    })
  }

  /** Waits no longer. */
  finish(): void {
    this.#host.clock.clearTimer(this.#timer)
    this.#finish?.()
    this.#finish = null
  }

  #look(): void {
    if (this.#host.links === 0 || this.#host.clock.now() >= this.#deadline) return this.finish()
    this.#timer = this.#host.clock.setTimer(() => this.#look(), LOOK)
  }
}

function drainOptions(given: DrainOptions): { timeout: number; spread: number; to: string | undefined } {
  const options = optionGroup<DrainOptions>('drain', given)
  knownMembers('drain', options, ['timeout', 'spread', 'to'])
  const { to } = options
  if (to !== undefined && !(typeof to === 'string' && /^wss?:\/\//i.test(to)))
    throw invalidOption('to', 'takes ws://… or wss://…')
  return {
    timeout: duration(25_000)('timeout', options.timeout),
    spread: duration(15_000, 0)('spread', options.spread),
    to,
  }
}
