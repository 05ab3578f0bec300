import { type Payload, type Reset, type Timer, WseError, type WseStatus } from '@wse/protocol'
import { createId, NOBODY } from '@wse/protocol/internal'
import * as WSE_CLOSE from '@wse/protocol/internal/close'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as WSE_REASON from '@wse/protocol/internal/reason'
import * as WSE_RESET from '@wse/protocol/internal/reset'
import { Attempt, type AttemptHost, type AttemptResult, type Lineage, type Target } from '../attempt/attempt.js'
import { closedOutcome, type Outcome, type Ready, refusedOutcome } from '../attempt/outcome.js'
import type { ReadyHow, Retrying } from '../events.js'
import { Liveness } from '../heartbeat/liveness.js'
import { backoff, soon } from '../reconnect/policy.js'
import { ClientSession, type ClientSessionHost } from '../session/client-session.js'
import { Retired } from '../session/retired.js'
import type { Woken } from '../wake/wake.js'
import { type ConnectionEffect, type ConnectionEvent, type ConnectionState, IDLE, stepConnection } from './machine.js'

/** What a connection needs of its client. */
export interface ConnectionHost extends AttemptHost, Omit<ClientSessionHost, 'lost' | 'gaveUp' | 'pinged'> {
  status(status: WseStatus): void
  ready(welcome: Payload, how: ReadyHow): void
  closed(code: number, reason: string): void
  reset(reset: Reset): void
  latency(ms: number): void
  retrying(retrying: Retrying): void
  /** It began, or stopped, to want to be connected. */
  active(active: boolean): void
  /** It ended for good, until `connect()` is called again. */
  over(error: WseError): void
}

interface Waiter {
  resolve(welcome: Payload): void
  reject(error: WseError): void
}

/** Keeps a client connected to its target: the machine decides, this acts. */
export class Connection {
  session: ClientSession
  /** The user this client was accepted as; null before that, and from a WSE 4 server. */
  cid: string | number | null = null
  /** Last round trip in ms, as the server measured it. */
  latency: number | null = null
  #state: ConnectionState = IDLE
  #target: Target
  /** Who the server takes this client for: another after a jump, since two links may then live side by side. */
  #instance: string
  #hellos = 0
  #attempt: Attempt | null = null
  #timer: Timer = null
  #dueAt = 0
  /** Until when the server asked to be left alone. */
  #notBefore = 0
  #waiter: Waiter | null = null
  #liveness: Liveness | null = null
  /** Whether the next wait is to be short. */
  #woken = false
  /** What is still to be done, with the `connect()` it settles: a listener may cause a step in the midst of another. */
  readonly #queue: (readonly [effect: ConnectionEffect, waiter: Waiter | null])[] = []
  #acting = false
  /** Whether a jump is under way, and how the link ended that its success displaced. */
  #moving = false
  #displaced: Outcome | null = null
  /** Why the application disconnected. */
  #reason = ''
  readonly #retired: Retired
  readonly #host: ConnectionHost

  constructor(target: Target, host: ConnectionHost) {
    this.#target = target
    this.#host = host
    this.#instance = createId(host.settings.clock)
    this.#retired = new Retired(host.settings.clock, (reset) => this.#tell(reset))
    this.session = this.#newSession()
  }

  get target(): Target {
    return this.#target
  }

  get ready(): boolean {
    return this.#state.at === 'ready'
  }

  /** Whether it is neither connected nor trying to be. */
  get idle(): boolean {
    return this.#state.at === 'idle'
  }

  /** Attempts, timers and sessions that are being left, for `inspect()`. */
  get alive(): { attempts: number; waiting: number; retired: number; liveness: number } {
    const waiting = this.#state.at === 'waiting' ? 1 : 0
    const attempts = this.#attempt === null ? 0 : 1
    return { attempts, waiting, retired: this.#retired.size, liveness: this.#liveness === null ? 0 : 1 }
  }

  /** Resolves with the welcome once READY. Rejects when the client is told, or decides, not to try again. */
  connect(target: Target): Promise<Payload> {
    return new Promise((resolve, reject) => {
      if (!this.idle) throw new WseError(WSE_ERROR.CLIENT_ALREADY_CONNECTED)
      this.#target = target
      this.#waiter = { resolve, reject }
      this.#host.active(true)
      this.#step({ on: 'connect' })
    })
  }

  disconnect(reason: string): void {
    const error = new WseError(WSE_ERROR.CLOSED, { reason }, { message: 'the client was disconnected' })
    this.#reason = reason
    this.#step({ on: 'disconnect', error })
    this.#retired.closeAll(reason)
  }

  /** Now is a good moment: to try again, or to find out that the link is dead. */
  woken(why: Woken): void {
    const { link, keeps } = this.session
    if (this.#state.at === 'dialling' && why === 'online') return this.#redial()
    if (!this.ready) return this.#step({ on: 'woken' })
    if (why === 'active' || !keeps || link === null) return this.#liveness?.look()
    // Another network: the old one's sockets are dead, and will not say so for long.
    this.#woken = true
    link.terminate()
  }

  /** What was dialled on the old network would be waited for in vain. */
  #redial(): void {
    if (this.#host.settings.reconnect === null) return
    this.#attempt?.abandon()
    this.#woken = true
    this.#over(closedOutcome(WSE_CLOSE.ABNORMAL, ''), null)
  }

  /** The client said anew who it is. */
  renewed(identity: Payload): void {
    if (typeof this.#target.identity !== 'function') this.#target = { ...this.#target, identity }
  }

  /** A jump begins or ends; the link it was to leave may be gone by then, and the jump in vain. */
  move(moving: boolean): void {
    this.#moving = moving
    const displaced = this.#displaced
    this.#displaced = null
    if (!moving && displaced !== null) this.#over(displaced, null)
  }

  /** An attempt at `target` as a client of its own, for a jump. */
  attempt(target: Target, instance: string, result: AttemptResult): Attempt {
    return new Attempt(target, { instance, attempt: 1, resume: undefined }, this.#host, result)
  }

  /** Moves on to a link that a jump made READY; calls in flight may finish on the old one, for `wait` ms at most. */
  adopt(ready: Ready, target: Target, instance: string, wait: number): void {
    this.#inOneStep(() => {
      this.#moving = false
      this.#displaced = null
      this.#target = target
      this.#instance = instance
      this.#hellos = 1
      this.#attempt?.abort()
      const left = this.session
      this.session = this.#newSession()
      if (left.link !== null) this.#retired.add(left, wait)
      else this.#tell(left.close(WSE_CLOSE.MOVED, WSE_REASON.MOVED, WSE_RESET.JUMP))
      this.#ready(ready)
      // It may have ended for good while the jump was under way.
      this.#host.active(true)
    })
  }

  #newSession(): ClientSession {
    const host = this.#host
    return new ClientSession({
      settings: host.settings,
      channel: host.channel,
      procedures: host.procedures,
      ignored: (type, payload) => host.ignored(type, payload),
      failed: (error) => this.#do({ do: 'failed', error }),
      notice: (session, type, payload) => host.notice(session, type, payload),
      pinged: (session, rtt) => this.#pinged(session, rtt),
      lost: (session, code, reason, reset) => this.#lost(session, code, reason, reset),
      gaveUp: (reset) => this.#tell(reset),
    })
  }

  #pinged(session: ClientSession, rtt: number | null): void {
    if (session !== this.session) return
    this.#liveness?.pinged()
    if (rtt === null) return
    this.latency = rtt
    this.#host.latency(rtt)
  }

  #lost(session: ClientSession, code: number, reason: string, reset: Reset | null): void {
    if (session !== this.session) {
      this.#retired.ended(session)
      return this.#tell(reset)
    }
    this.#stopLiveness()
    if (session.over) this.session = this.#newSession()
    const outcome = closedOutcome(code, reason)
    // The same server may let go of this device's old link before the new one is known to be READY.
    if (!this.#moving || outcome.error.code !== WSE_ERROR.DISPLACED) return this.#over(outcome, reset)
    this.#displaced = outcome
    this.#tell(reset)
  }

  #tell(reset: Reset | null): void {
    if (reset !== null) this.#do({ do: 'reset', reset })
  }

  #ready(ready: Ready): void {
    this.#inOneStep(() => {
      this.#attempt = null
      const refusal = this.session.refusal(ready)
      if (refusal !== null) return this.#refuse(ready, ...refusal)
      this.cid = ready.session?.cid ?? null
      const reset = this.session.bind(ready)
      this.#startLiveness(ready)
      const arrival = { welcome: ready.welcome, resumed: ready.session?.resumed ?? false, reset }
      this.#step({ on: 'ready', now: this.#host.settings.clock.now(), arrival })
    })
  }

  /** The server would go on with what cannot go on here: the next attempt begins anew. */
  #refuse({ link }: Ready, code: number, reason: string): void {
    link.handOver(NOBODY)
    link.close(code, reason)
    const outcome = closedOutcome(WSE_CLOSE.ABNORMAL, reason)
    this.#over({ ...outcome, code }, code === WSE_CLOSE.DESYNC ? this.session.desync() : null)
  }

  #startLiveness({ link, session }: Ready): void {
    this.#stopLiveness()
    if (!session?.heartbeat) return
    const silent = () => link.close(WSE_CLOSE.NO_PONG, WSE_REASON.NO_PONG)
    this.#liveness = new Liveness(this.#host.settings.clock, link, session.heartbeat, silent)
  }

  #stopLiveness(): void {
    this.#liveness?.stop()
    this.#liveness = null
  }

  #over(outcome: Outcome, reset: Reset | null): void {
    this.#attempt = null
    const isStale = outcome.code === WSE_CLOSE.AUTH_EXPIRED && typeof this.#target.identity !== 'function'
    const now = this.#host.settings.clock.now()
    this.#step({ on: 'over', outcome: isStale ? refusedOutcome(outcome) : outcome, now, reset })
  }

  #step(event: ConnectionEvent): void {
    const attempts = this.#host.settings.reconnect?.attempts ?? 0
    const [state, effects] = stepConnection(this.#state, event, attempts)
    this.#state = state
    const settles = effects.some(({ do: what }) => what === 'resolve' || what === 'reject')
    const waiter = settles ? this.#waiter : null
    if (settles) this.#waiter = null
    for (const effect of effects) this.#queue.push([effect, waiter])
    if (!this.#acting) this.#actAll()
  }

  /** Does something beside the machine's steps: after what is still to be done, as they are. */
  #do(effect: ConnectionEffect): void {
    this.#queue.push([effect, null])
    if (!this.#acting) this.#actAll()
  }

  /** No listener runs before all of it is done: one that disconnects, or connects again, finds a whole state. */
  #inOneStep(run: () => void): void {
    if (this.#acting) return run()
    this.#acting = true
    try {
      run()
    } finally {
      this.#actAll()
    }
  }

  #actAll(): void {
    this.#acting = true
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#act(...next)
    } finally {
      this.#acting = false
    }
  }

  #act(effect: ConnectionEffect, waiter: Waiter | null): void {
    switch (effect.do) {
      case 'status':
        return this.#host.status(effect.status)
      case 'dial':
        return this.#dial()
      case 'hang-up':
        return this.#hangUp()
      case 'wait':
        return this.#wait(effect.attempt, effect.outcome)
      case 'hurry':
        return this.#hurry()
      case 'stop-waiting':
        return this.#host.settings.clock.clearTimer(this.#timer)
      case 'closed':
        return this.#host.closed(effect.code, effect.reason)
      case 'reset':
        return this.#host.reset(effect.reset)
      case 'resolve': {
        const { welcome, resumed } = effect.arrival
        waiter?.resolve(welcome)
        return this.#host.ready(welcome, { resumed })
      }
      case 'discard':
        return this.#discardSession(...(effect.close ?? [WSE_CLOSE.NORMAL, this.#reason]))
      case 'failed':
        return this.#host.failed(effect.error)
      case 'reject':
        return this.#reject(effect.error, waiter)
    }
  }

  #dial(): void {
    const lineage: Lineage = { instance: this.#instance, attempt: ++this.#hellos, resume: this.session.resume }
    this.#attempt = new Attempt(this.#target, lineage, this.#host, {
      ready: (ready) => this.#ready(ready),
      over: (outcome) => this.#over(outcome, null),
    })
    this.#attempt.start()
  }

  #hangUp(): void {
    const linked = this.session.link !== null || this.#attempt?.linked
    this.#attempt?.abort(this.#reason)
    this.#attempt = null
    if (linked) this.#host.closed(WSE_CLOSE.NORMAL, this.#reason)
  }

  #discardSession(code: number, reason: string): void {
    this.#stopLiveness()
    const discarded = this.session
    this.session = this.#newSession()
    const reset = discarded.close(code, reason)
    if (reset !== null) this.#host.reset(reset)
  }

  #wait(attempt: number, { error: cause, delay: asked = 0, soon: isSoon }: Outcome): void {
    const { clock, reconnect } = this.#host.settings
    if (reconnect === null) return
    const random = clock.random()
    // A server that ends one link after the other is not come back to at once for ever.
    const hurries = this.#woken || (isSoon && attempt === 1)
    const delay = Math.max(hurries ? soon(random) : backoff(reconnect, attempt, random), asked)
    this.#woken = false
    this.#notBefore = clock.now() + asked
    this.#waitFor(delay)
    this.#host.retrying({ attempt, delay, cause })
  }

  #waitFor(ms: number): void {
    const { clock } = this.#host.settings
    clock.clearTimer(this.#timer)
    this.#dueAt = clock.now() + ms
    this.#timer = clock.setTimer(() => this.#step({ on: 'due' }), ms)
  }

  #hurry(): void {
    const { clock } = this.#host.settings
    const delay = Math.max(soon(clock.random()), this.#notBefore - clock.now())
    if (this.#dueAt - clock.now() > delay) this.#waitFor(delay)
  }

  #reject(error: WseError, waiter: Waiter | null): void {
    waiter?.reject(error)
    // A listener may have connected again already; what it began is not to be ended here.
    if (!this.idle) return
    this.#host.active(false)
    this.#host.over(error)
  }
}
