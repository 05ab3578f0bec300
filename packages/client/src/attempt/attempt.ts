import { type Payload, type Timer, type Transport, WseError } from '@wse/protocol'
import {
  type Codec,
  callIsolated,
  failure,
  isAnonymous,
  Link,
  type LinkOwner,
  type SessionFrame,
  toWseError,
  VERSION,
} from '@wse/protocol/internal'
import * as WSE_CLOSE from '@wse/protocol/internal/close'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as WSE_REASON from '@wse/protocol/internal/reason'
import { readIdentity, type Target } from '../authorisation/identity.js'
import type { Context } from '../context.js'
import type { Resume } from '../session/resume.js'
import { perform } from '../step.js'
import {
  type AttemptEffects,
  type AttemptEvent,
  ended,
  failed,
  OPENING,
  opened,
  PATIENCE,
  received,
  SETTLED,
  solved,
  timedOut,
} from './machine.js'
import { closedOutcome, failedOutcome, type Outcome, type Ready, type Refused } from './outcome.js'

/** What an attempt says of the client and of the session it wants. */
export interface Lineage {
  /** Random id of the client, as the server knows it. */
  readonly instance: string
  /** That of the client at the server it moves away from; its place there is free for it. */
  readonly from?: string | undefined
  /** Grows with every hello of the instance. */
  readonly attempt: number
  readonly resume: Resume | undefined
  /** What to offer; a session goes on in the codec it began in (P-4). */
  readonly codecs: readonly Codec[]
}

/** Who is told how an attempt ended; exactly one of the two is called, once, unless it is aborted. */
export interface AttemptResult {
  ready(ready: Ready): void
  over(outcome: Outcome): void
}

/** One attempt to become READY: reads the identity, opens a transport, shakes hands. */
export class Attempt implements LinkOwner {
  #state = OPENING
  #timer: Timer = null
  #link: Link | null = null
  #refused: Refused | undefined
  #anonymous = true
  readonly #target: Target
  readonly #lineage: Lineage
  readonly #context: Context
  readonly #result: AttemptResult
  readonly #effects: AttemptEffects = {
    send: (type, payload) => this.#send(type, payload),
    wait: (times) => this.#wait(times),
    solve: (quest) => this.#solve(quest),
    ready: (session, welcome) => this.#ready(session, welcome),
    note: (refused) => {
      this.#refused = refused
    },
    giveUp: (error) => this.#giveUp(error),
    lost: (code, reason) => {
      this.#result.over(closedOutcome(code, reason, this.#link?.transport.refusal ?? this.#refused))
    },
  }

  constructor(target: Target, lineage: Lineage, context: Context, result: AttemptResult) {
    this.#target = target
    this.#lineage = lineage
    this.#context = context
    this.#result = result
  }

  /** Begins. */
  start(): void {
    this.#wait(PATIENCE)
    readIdentity(
      this.#target,
      this.#lineage.attempt,
      (identity) => this.#open(identity),
      (cause) => this.#fail(WSE_ERROR.CONNECT_FAILED, 'the identity function failed', cause),
    )
  }

  /** Whether a link was opened and has not ended. */
  get linked(): boolean {
    return this.#link?.ended === false
  }

  /** Gives up; nobody is told. */
  abort(reason: string = WSE_REASON.BY_CLIENT): void {
    this.#settle()
    this.#link?.close(WSE_CLOSE.NORMAL, reason)
  }

  /** Gives up without a word to the server, which may have read the hello and resumed the session. */
  abandon(): void {
    this.#settle()
    this.#link?.terminate()
  }

  receive(type: string, payload: Payload): void {
    this.#step(received(type, payload, this.#lineage.resume !== undefined))
  }

  ended(code: number, reason: string): void {
    this.#step(ended(code, reason))
  }

  failed(error: WseError): void {
    if (!this.#settled) this.#context.signals.emit('error', error)
  }

  get #settled(): boolean {
    return this.#state === SETTLED
  }

  #settle(): void {
    this.#state = SETTLED
    this.#context.clock.clearTimer(this.#timer)
  }

  /** A throw of the machine is a fault of the server, and the link's to answer. Nothing changes what is settled. */
  #step(event: AttemptEvent): void {
    if (this.#settled) return
    const [state, effects] = event(this.#state)
    this.#state = state
    if (this.#settled) this.#settle()
    for (const effect of effects) perform(this.#effects, effect)
  }

  #fail(code: string, what: string, cause: unknown): void {
    this.#step(failed(failure(code, what, cause)))
  }

  #open(identity: Payload): void {
    if (this.#settled) return
    const { links, guard } = this.#context
    const { codecs } = this.#lineage
    try {
      guard?.identity.check(identity)
      guard?.meta.check(this.#target.meta)
      const transport = this.#context.dial(
        this.#target.url,
        codecs.map(({ name }) => name),
      )
      const setup = { ...this.#context, codec: codecs[0] as Codec }
      const link = new Link(transport, setup, this)
      this.#link = link
      if (link.ended) return this.ended(WSE_CLOSE.ABNORMAL, '')
      links.add(link)
      link.gone.then(() => links.delete(link))
      this.#wait()
      const opened = () => this.#opened(transport, setup, identity)
      transport.onOpen = opened
      if (transport.state === 'open') opened()
    } catch (thrown) {
      this.#step(failed(toWseError(thrown, WSE_ERROR.CONNECT_FAILED)))
    }
  }

  #opened({ protocol }: Transport, setup: { codec: Codec }, identity: Payload): void {
    // A transport without subprotocols speaks the first one.
    const agreed = protocol === '' ? setup.codec : this.#lineage.codecs.find(({ name }) => name === protocol)
    if (agreed === undefined) {
      const message = `the server speaks ${protocol}, which was not offered`
      return this.#step(failed(new WseError(WSE_ERROR.PROTOCOL_VIOLATION, {}, { message })))
    }
    setup.codec = agreed
    this.#anonymous = isAnonymous(identity)
    this.#step(opened(this.#hi(identity, agreed)))
    if (this.linked) this.#context.signals.emit('connected')
  }

  #hi(identity: Payload, { version }: Codec): Payload {
    const { timeout, limits, returns, guard } = this.#context
    // What a contract leaves out is left out.
    const { meta } = this.#target
    const hi = guard === null ? { identity: identity ?? '', meta: meta ?? {} } : { identity, meta }
    if (version === 4) return hi
    const { instance, from, attempt, resume } = this.#lineage
    const agreed = { ...(from && { from }), ...(guard && { contract: guard.hash }) }
    const said = { ...hi, v: VERSION, instance, attempt, timeout, limit: limits.messageBytes, ...agreed }
    return returns ? { ...said, keep: true, ...(resume && { resume }) } : said
  }

  #send(type: string, payload: Payload): void {
    try {
      this.#link?.send(type, payload)
    } catch (thrown) {
      this.#step(failed(toWseError(thrown, WSE_ERROR.CONNECT_FAILED)))
    }
  }

  /** The server has this long to open the link, and to answer each time it is its turn. */
  #wait(times = 1): void {
    // What it wrote may have failed, and ended it.
    if (this.#settled) return
    const { clock, connectTimeout } = this.#context
    clock.clearTimer(this.#timer)
    this.#timer = clock.setTimer(() => this.#step(timedOut), connectTimeout * times)
  }

  #solve(quest: Payload): void {
    const { solver, guard } = this.#context
    if (solver === null) {
      const message = 'the server asks for a challenge; set one by client.challenge(handler)'
      return this.#step(failed(new WseError(WSE_ERROR.INVALID_CRA_HANDLER, {}, { message })))
    }
    const unsolved = (cause: unknown) => this.#fail(WSE_ERROR.CHALLENGE_FAILED, 'the challenge failed', cause)
    const solve = (answer: Payload) => {
      try {
        guard?.answer.check(answer)
        this.#step(solved(answer))
      } catch (thrown) {
        unsolved(thrown)
      }
    }
    const put = (value: Payload) => callIsolated(solver, [value, solve], unsolved)
    if (guard === null) return put(quest)
    try {
      guard.quest.readLate(quest).then(put, unsolved)
    } catch (thrown) {
      unsolved(thrown)
    }
  }

  #ready(session: SessionFrame | null, welcome: Payload): void {
    const { resume } = this.#lineage
    const { guard, signals } = this.#context
    const ready = { link: this.#link as Link, session, resume, anonymous: this.#anonymous }
    try {
      this.#result.ready({ ...ready, welcome: guard === null ? welcome : guard.welcome.readNow(welcome) })
    } catch (thrown) {
      return this.#giveUp(toWseError(thrown, WSE_ERROR.CONNECT_FAILED))
    }
    const theirs = session?.contract
    if (guard === null || theirs === undefined || theirs === guard.hash) return
    signals.emit('outdated', { ours: guard.hash, theirs })
  }

  #giveUp(error: WseError): void {
    // A close would tell a server that has read the hello by now that the client has left for good.
    const isSilent = error.code === WSE_ERROR.CONNECT_TIMEOUT
    if (isSilent || this.#link?.transport.state === 'connecting') this.#link?.terminate()
    else this.#link?.close(WSE_CLOSE.NORMAL, WSE_REASON.BY_CLIENT)
    this.#result.over(failedOutcome(error, FINAL.has(error.code)))
  }
}

/** Failures on this side that another attempt would only repeat. */
const FINAL: ReadonlySet<string> = new Set<string>([
  WSE_ERROR.INVALID_CRA_HANDLER,
  WSE_ERROR.CHALLENGE_FAILED,
  WSE_ERROR.PROTOCOL_VIOLATION,
  WSE_ERROR.INVALID_OPTION,
  WSE_ERROR.INVALID_PAYLOAD,
  WSE_ERROR.UNSERIALIZABLE,
  WSE_ERROR.TOO_DEEP,
  WSE_ERROR.TOO_LARGE,
  WSE_ERROR.NOT_SUPPORTED,
])
