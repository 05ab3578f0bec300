import { type Payload, type Reset, WseError, type WseStatus } from '@wse/protocol'
import { createId, NOBODY } from '@wse/protocol/internal'
import * as WSE_CLOSE from '@wse/protocol/internal/close'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as WSE_REASON from '@wse/protocol/internal/reason'
import * as WSE_RESET from '@wse/protocol/internal/reset'
import * as WSE_STATUS from '@wse/protocol/internal/status'
import { Attempt } from '../attempt/attempt.js'
import { closedOutcome, type Outcome, type Ready, refusedOutcome } from '../attempt/outcome.js'
import type { Target } from '../authorisation/identity.js'
import type { Context } from '../context.js'
import { Liveness } from '../heartbeat/liveness.js'
import { Pause } from '../reconnect/pause.js'
import { ClientSession, type ClientSessionOwner } from '../session/client-session.js'
import { perform } from '../step.js'
import type { Woken } from '../wake/wake.js'
import { Agenda } from './agenda.js'
import { Jump, type JumpHost } from './jump.js'
import {
  type ConnectionEffects,
  type ConnectionEvent,
  connect,
  disconnect,
  due,
  IDLE,
  over,
  ready,
  type Waiter,
} from './machine.js'

/** What a connection needs of its client. */
export interface ConnectionHost {
  /** A frame about the link arrived: `~wse:goaway`, `~wse:expiring`. @throws {Malformed} */
  notice(session: ClientSession, type: string, payload: Payload): void
  /** It began, or stopped, to want to be connected. */
  active(active: boolean): void
  /** It ended for good, until `connect()` is called again. */
  over(error: WseError): void
}

/** Keeps a client connected to its target: the machine decides, this acts. */
export class Connection implements ClientSessionOwner, JumpHost {
  readonly jump: Jump
  session: ClientSession
  /** Where it is, or tries to be, and as whom. */
  target: Target
  status: WseStatus = WSE_STATUS.IDLE
  /** The user this client was accepted as; null before that, and from a WSE 4 server. */
  cid: string | number | null = null
  /** Last round trip in ms, as the server measured it. */
  latency: number | null = null
  #state = IDLE
  /** Who the server takes this client for: another after a jump, since two links may then live side by side. */
  instance: string
  #hellos = 0
  #attempt: Attempt | null = null
  #liveness: Liveness | null = null
  /** How the link ended that a jump under way displaces, if it succeeds. */
  #displaced: Outcome | null = null
  readonly #agenda = new Agenda()
  readonly #pause: Pause
  /** Sessions of servers the client has moved on from, until their last calls are answered. */
  readonly #retired = new Set<ClientSession>()
  readonly #context: Context
  readonly #host: ConnectionHost
  readonly #effects: ConnectionEffects = {
    status: (status) => {
      this.status = status
      this.#context.signals.emit('updated', status)
    },
    dial: () => this.#dial(),
    hangUp: (reason) => this.#hangUp(reason),
    wait: (attempt, outcome) => {
      const delay = this.#pause.begin(attempt, outcome)
      this.#context.signals.emit('retrying', { attempt, delay, cause: outcome.error })
    },
    discard: (code, reason) => this.#discard(code, reason),
    reset: (reset) => this.#context.signals.emit('reset', reset),
    closed: (code, reason) => this.#context.signals.emit('closed', code, reason),
    resolve: (waiter, { welcome, resumed }) => {
      this.#pause.stop()
      waiter?.resolve(welcome)
      this.#context.signals.emit('ready', welcome, { resumed })
    },
    reject: (waiter, error) => this.#reject(waiter, error),
  }

  constructor(context: Context, host: ConnectionHost) {
    const { clock, reconnect, url } = context
    this.#context = context
    this.#host = host
    this.target = { url, identity: '', meta: {} }
    this.jump = new Jump(context, this)
    this.instance = createId(clock)
    this.#pause = new Pause(clock, reconnect, () => this.#step(due))
    this.session = new ClientSession(context, this)
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
    const attempts = Number(this.#attempt !== null) + Number(this.jump.jumping)
    const waiting = Number(this.#state.at === 'waiting')
    return { attempts, waiting, retired: this.#retired.size, liveness: Number(this.#liveness !== null) }
  }

  /** Resolves with the welcome once READY. Rejects when the client is told, or decides, not to try again. */
  connect(target: Target): Promise<Payload> {
    return new Promise((resolve, reject) => {
      if (!this.idle) throw new WseError(WSE_ERROR.CLIENT_ALREADY_CONNECTED)
      this.target = target
      this.#host.active(true)
      this.#step(connect({ resolve, reject }))
    })
  }

  disconnect(reason: string): void {
    this.#step(disconnect(reason))
    for (const session of this.#retired) this.gaveUp(session.close(WSE_CLOSE.NORMAL, reason, WSE_RESET.JUMP))
    this.#retired.clear()
  }

  /** Now is a good moment: to try again, or to find out that the link is dead. */
  woken(why: Woken): void {
    const { at } = this.#state
    const { link, keeps } = this.session
    if (at === 'waiting') return this.#agenda.add(() => this.#pause.hurry())
    if (at === 'dialling' && why === 'online') return this.#redial()
    if (at !== 'ready') return
    if (why === 'active' || !keeps || link === null) return this.#liveness?.look()
    // Another network: the old one's sockets are dead, and will not say so for long.
    this.#pause.woken = true
    link.terminate()
  }

  /** The client said anew who it is. */
  renewed(identity: Payload): void {
    if (typeof this.target.identity !== 'function') this.target = { ...this.target, identity }
  }

  adopt(ready: Ready, target: Target, instance: string, wait: number): void {
    this.#agenda.first(() => {
      this.#displaced = null
      this.target = target
      this.instance = instance
      this.#hellos = 1
      this.#attempt?.abort()
      const left = this.session
      this.session = new ClientSession(this.#context, this)
      if (left.link === null) this.gaveUp(left.close(WSE_CLOSE.MOVED, WSE_REASON.MOVED, WSE_RESET.JUMP))
      else {
        this.#retired.add(left)
        left.leave(wait)
      }
      this.#ready(ready)
      // It may have ended for good while the jump was under way.
      this.#host.active(true)
    })
  }

  stay(): void {
    const displaced = this.#displaced
    this.#displaced = null
    if (displaced !== null) this.#over(displaced, null)
  }

  notice(session: ClientSession, type: string, payload: Payload): void {
    this.#host.notice(session, type, payload)
  }

  failed(error: WseError): void {
    this.#agenda.add(() => this.#context.signals.emit('error', error))
  }

  pinged(session: ClientSession, rtt: number | null): void {
    if (session !== this.session) return
    this.#liveness?.pinged()
    if (rtt === null) return
    this.latency = rtt
    this.#context.signals.emit('latency', rtt)
  }

  lost(session: ClientSession, code: number, reason: string, reset: Reset | null): void {
    if (session !== this.session) {
      this.#retired.delete(session)
      return this.gaveUp(reset)
    }
    this.#stopLiveness()
    if (session.over) this.session = new ClientSession(this.#context, this)
    const outcome = closedOutcome(code, reason)
    // The same server may let go of this device's old link before the new one is known to be READY.
    if (!this.jump.jumping || outcome.error.code !== WSE_ERROR.DISPLACED) return this.#over(outcome, reset)
    this.#displaced = outcome
    this.gaveUp(reset)
  }

  drained(session: ClientSession): void {
    if (session === this.session) this.#agenda.add(() => this.#context.signals.emit('drain'))
  }

  gaveUp(reset: Reset | null): void {
    if (reset !== null) this.#agenda.add(() => this.#effects.reset(reset))
  }

  /** What was dialled on the old network would be waited for in vain. */
  #redial(): void {
    if (!this.#context.returns) return
    this.#attempt?.abandon()
    this.#pause.woken = true
    this.#over(closedOutcome(WSE_CLOSE.ABNORMAL, ''), null)
  }

  #ready(arrived: Ready): void {
    this.#agenda.first(() => {
      this.#attempt = null
      const refusal = this.session.refusal(arrived)
      if (refusal !== null) return this.#refuse(arrived, ...refusal)
      this.cid = arrived.session?.cid ?? null
      const reset = this.session.bind(arrived)
      this.#startLiveness(arrived)
      const resumed = arrived.session?.resumed ?? false
      this.#step(ready({ welcome: arrived.welcome, resumed, reset }, this.#context.clock.now()))
      // At another server it goes on without its subscriptions (P-94).
      this.#context.topics.ready(this.session, resumed && arrived.session?.moved !== true)
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
    this.#liveness = new Liveness(this.#context.clock, link, session.heartbeat, silent)
  }

  #stopLiveness(): void {
    this.#liveness?.stop()
    this.#liveness = null
  }

  #over(outcome: Outcome, reset: Reset | null): void {
    this.#attempt = null
    const { clock, reconnect } = this.#context
    const isStale = outcome.code === WSE_CLOSE.AUTH_EXPIRED && typeof this.target.identity !== 'function'
    this.#step(over(isStale ? refusedOutcome(outcome) : outcome, reset, clock.now(), reconnect.attempts))
  }

  #step(event: ConnectionEvent): void {
    const [state, effects] = event(this.#state)
    this.#state = state
    this.#agenda.add(...effects.map((effect) => () => perform(this.#effects, effect)))
  }

  #dial(): void {
    const { resume, codecs } = this.session
    const lineage = { instance: this.instance, attempt: ++this.#hellos, resume, codecs }
    this.#attempt = new Attempt(this.target, lineage, this.#context, {
      ready: (arrived) => this.#ready(arrived),
      over: (outcome) => this.#over(outcome, null),
    })
    this.#attempt.start()
  }

  #hangUp(reason: string): void {
    this.#pause.stop()
    const linked = this.session.link !== null || this.#attempt?.linked
    this.#attempt?.abort(reason)
    this.#attempt = null
    if (linked) this.#effects.closed(WSE_CLOSE.NORMAL, reason)
  }

  #discard(code: number, reason: string): void {
    this.#stopLiveness()
    const discarded = this.session
    this.session = new ClientSession(this.#context, this)
    const reset = discarded.close(code, reason)
    if (reset !== null) this.#effects.reset(reset)
  }

  #reject(waiter: Waiter | undefined, error: WseError): void {
    waiter?.reject(error)
    // A listener may have connected again already; what it began is not to be ended here.
    if (!this.idle) return
    this.#host.active(false)
    this.#host.over(error)
  }
}
