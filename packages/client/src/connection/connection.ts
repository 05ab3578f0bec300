import { type Payload, type Timer, WSE_CLOSE, WSE_ERROR, WseError, type WseStatus } from '@wse/protocol'
import { Attempt, type AttemptHost, type AttemptResult, type Target } from '../attempt/attempt.js'
import type { Outcome, Ready } from '../attempt/outcome.js'
import { closedOutcome } from '../attempt/outcome.js'
import type { Retrying } from '../events.js'
import { backoff } from '../reconnect/policy.js'
import { ClientSession, type SessionHost } from '../session/client-session.js'
import { Retired } from '../session/retired.js'
import { type ConnectionEffect, type ConnectionEvent, type ConnectionState, IDLE, stepConnection } from './machine.js'

/** What a connection needs of its client. */
export interface ConnectionHost extends AttemptHost, Omit<SessionHost, 'ended'> {
  status(status: WseStatus): void
  ready(welcome: Payload): void
  closed(code: number, reason: string): void
  retrying(retrying: Retrying): void
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
  #state: ConnectionState = IDLE
  #target: Target
  #attempt: Attempt | null = null
  #hellos = 0
  #timer: Timer = null
  #waiter: Waiter | null = null
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
    this.#retired = new Retired(host.settings.clock)
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
  get alive(): { attempts: number; waiting: number; retired: number } {
    const waiting = this.#state.at === 'waiting' ? 1 : 0
    return { attempts: this.#attempt === null ? 0 : 1, waiting, retired: this.#retired.size }
  }

  /** Resolves with the welcome once READY. Rejects when the client is told, or decides, not to try again. */
  connect(target: Target): Promise<Payload> {
    return new Promise((resolve, reject) => {
      if (!this.idle) throw new WseError(WSE_ERROR.CLIENT_ALREADY_CONNECTED)
      this.#target = target
      this.#waiter = { resolve, reject }
      this.#step({ on: 'connect' })
    })
  }

  disconnect(reason: string): void {
    const error = new WseError(WSE_ERROR.CLOSED, { reason }, { message: 'the client was disconnected' })
    this.#reason = reason
    this.#step({ on: 'disconnect', error })
    this.#retired.closeAll(reason)
  }

  /** A jump begins or ends; the link it was to leave may be gone by then, and the jump in vain. */
  move(moving: boolean): void {
    this.#moving = moving
    const displaced = this.#displaced
    this.#displaced = null
    if (!moving && displaced !== null) this.#over(displaced)
  }

  /** An attempt at `target`, for a jump. */
  attempt(target: Target, result: AttemptResult): Attempt {
    return new Attempt(target, ++this.#hellos, this.#host, result)
  }

  /** Moves on to a link that a jump made READY; calls in flight may finish on the old one. */
  adopt(ready: Ready, target: Target): void {
    this.#displaced = null
    this.#target = target
    this.#attempt?.abort()
    const left = this.session
    this.session = this.#newSession()
    if (left.bound) this.#retired.add(left)
    else left.end(WSE_CLOSE.MOVED, 'jump')
    this.#ready(ready)
  }

  #newSession(): ClientSession {
    const host = this.#host
    return new ClientSession({
      settings: host.settings,
      channel: host.channel,
      procedures: host.procedures,
      ignored: (type, payload) => host.ignored(type, payload),
      failed: (error) => host.failed(error),
      ended: (session, code, reason) => this.#sessionEnded(session, code, reason),
    })
  }

  #sessionEnded(session: ClientSession, code: number, reason: string): void {
    this.#retired.ended(session)
    if (session !== this.session) return
    this.session = this.#newSession()
    const outcome = closedOutcome(code, reason)
    // The same server may let go of this device's old link before the new one is known to be READY.
    if (this.#moving && outcome.error.code === WSE_ERROR.DISPLACED) this.#displaced = outcome
    else this.#over(outcome)
  }

  #ready(ready: Ready): void {
    this.#attempt = null
    this.cid = ready.session?.cid ?? null
    this.session.bind(ready)
    this.#step({ on: 'ready', now: this.#host.settings.clock.now(), welcome: ready.welcome })
  }

  #over(outcome: Outcome): void {
    this.#attempt = null
    this.#step({ on: 'over', outcome, now: this.#host.settings.clock.now() })
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
        return this.#wait(effect.attempt, effect.cause)
      case 'stop-waiting':
        return this.#host.settings.clock.clearTimer(this.#timer)
      case 'closed':
        return this.#host.closed(effect.code, effect.reason)
      case 'resolve':
        waiter?.resolve(effect.welcome)
        return this.#host.ready(effect.welcome)
      case 'reject':
        return this.#reject(effect.error, waiter)
    }
  }

  #dial(): void {
    this.#attempt = this.attempt(this.#target, {
      ready: (ready) => this.#ready(ready),
      over: (outcome) => this.#over(outcome),
    })
    this.#attempt.start()
  }

  #hangUp(): void {
    const linked = this.session.bound || this.#attempt?.linked
    this.#attempt?.abort(this.#reason)
    this.#attempt = null
    this.#discardSession()
    if (linked) this.#host.closed(WSE_CLOSE.NORMAL, this.#reason)
  }

  #discardSession(): void {
    const discarded = this.session
    this.session = this.#newSession()
    discarded.close(WSE_CLOSE.NORMAL, this.#reason)
  }

  #wait(attempt: number, cause: WseError): void {
    const { clock, reconnect } = this.#host.settings
    if (reconnect === null) return
    const delay = backoff(reconnect, attempt, clock.random())
    this.#timer = clock.setTimer(() => this.#step({ on: 'due' }), delay)
    this.#host.retrying({ attempt, delay, cause })
  }

  #reject(error: WseError, waiter: Waiter | null): void {
    // A listener may have connected again already; what it began is not to be ended here.
    if (!this.idle) return waiter?.reject(error)
    this.#discardSession()
    waiter?.reject(error)
    this.#host.over(error)
  }
}
