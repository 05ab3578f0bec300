import { type Clock, type Timer, WSE_ERROR, WseError } from '@wse/protocol'
import type { Link } from '@wse/protocol/internal'

/** Who sends pings. */
export interface Pinging {
  readonly session: { readonly link: Link | null; ping(rtt: number | undefined): void }
  /** Pings that went out on its link, and were not answered yet. */
  unanswered: number
  latency: number | null
}

/** Whose link is probed. */
export interface Probed extends Pick<Pinging, 'unanswered' | 'latency'> {
  /** Sends a ping; `false` where it has no link, or one that cannot ping. */
  ping(): boolean
}

interface Probe {
  /** Answers that come before its own: pings are answered in order. */
  before: number
  readonly at: number
  readonly timer: Timer
  resolve(ms: number): void
  reject(error: WseError): void
}

/** Pings the application asks for, beside those of the heartbeat. */
export class Probes {
  readonly #waiting = new Map<Probed, Probe[]>()
  readonly #clock: Clock
  /** Milliseconds after which an answer is not waited for any more; 0 for never. */
  readonly #timeout: number

  constructor(clock: Clock, timeout: number) {
    this.#clock = clock
    this.#timeout = timeout
  }

  /** Links with pings that are waited for. */
  get size(): number {
    return this.#waiting.size
  }

  /** Resolves to the milliseconds an answer took. @throws {WseError} `CONNECTION_NOT_READY`, `RP_TIMEOUT` */
  ask(probed: Probed): Promise<number> {
    const before = probed.unanswered
    if (!probed.ping()) return Promise.reject(noLink())
    return new Promise((resolve, reject) => {
      const give = () => this.#giveUp(probed, probe)
      const timer = this.#timeout > 0 ? this.#clock.setTimer(give, this.#timeout) : null
      const probe: Probe = { before, at: this.#clock.now(), timer, resolve, reject }
      const waiting = this.#waiting.get(probed)
      if (waiting === undefined) this.#waiting.set(probed, [probe])
      else waiting.push(probe)
    })
  }

  /** A ping was answered; how long that took, in ms, if it is one of these. */
  ponged(probed: Probed): number | null {
    const waiting = this.#waiting.get(probed)
    if (waiting === undefined) return null
    const [first] = waiting
    const isOwn = first?.before === 0
    for (const probe of waiting) probe.before--
    if (first === undefined || !isOwn) return null
    const ms = this.#clock.now() - first.at
    this.#remove(probed, first)
    probed.latency = ms
    first.resolve(ms)
    return ms
  }

  /** Its link ended: no answer comes any more. */
  ended(probed: Probed): void {
    const waiting = this.#waiting.get(probed)
    if (waiting === undefined) return
    this.#waiting.delete(probed)
    for (const probe of waiting) {
      this.#clock.clearTimer(probe.timer)
      probe.reject(noLink())
    }
  }

  #giveUp(probed: Probed, probe: Probe): void {
    this.#remove(probed, probe)
    probe.reject(new WseError(WSE_ERROR.RP_TIMEOUT, {}, { message: `no answer to a ping within ${this.#timeout} ms` }))
  }

  #remove(probed: Probed, probe: Probe): void {
    this.#clock.clearTimer(probe.timer)
    const left = this.#waiting.get(probed)?.filter((other) => other !== probe) ?? []
    if (left.length === 0) this.#waiting.delete(probed)
    else this.#waiting.set(probed, left)
  }
}

/** Sends a ping: a WSE 4 client gets one below the protocol. `false` where there is no link that can ping. */
export function sendPing(pinging: Pinging): boolean {
  const { session, latency } = pinging
  const { link } = session
  if (!link?.open || (link.version === 4 && link.transport.ping === undefined)) return false
  pinging.unanswered++
  if (link.version === 4) link.ping()
  else session.ping(latency ?? undefined)
  return true
}

function noLink(): WseError {
  return new WseError(
    WSE_ERROR.CONNECTION_NOT_READY,
    {},
    { message: 'there is no link to ping, or it cannot be pinged' },
  )
}
