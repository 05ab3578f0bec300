import { type Payload, type Timer, type Transport, WseError } from '@wse/protocol'
import {
  isThenable,
  Link,
  type LinkOwner,
  type SessionFrame,
  textOf,
  toWseError,
  VERSION,
} from '@wse/protocol/internal'
import * as WSE_CLOSE from '@wse/protocol/internal/close'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as FRAME from '@wse/protocol/internal/frame'
import * as WSE_REASON from '@wse/protocol/internal/reason'
import type { ClientSettings } from '../options.js'
import type { Resume } from '../session/resume.js'
import { type AttemptEffect, type AttemptEvent, OPENING, PATIENCE, stepAttempt } from './machine.js'
import { closedOutcome, failedOutcome, type Outcome, type Ready, type Refused } from './outcome.js'

/** Where to connect, and as whom. */
export interface Target {
  readonly url: string
  /** A value, or a function that is read again at every attempt. */
  readonly identity: Payload
  readonly meta: Payload
}

/** Answers a challenge: by calling `solve` once, at once or later. */
export type ChallengeSolver = (quest: Payload, solve: (answer: Payload) => void) => unknown

/** What an attempt says of the client and of the session it wants. */
export interface Lineage {
  /** Random id of the client, as the server knows it. */
  readonly instance: string
  /** Grows with every hello of the instance. */
  readonly attempt: number
  readonly resume: Resume | undefined
}

/** What an attempt needs of its client. */
export interface AttemptHost {
  readonly settings: ClientSettings
  readonly solver: ChallengeSolver | null
  /** A link was made; it is the client's to wait for. */
  opened(link: Link): void
  connected(): void
  failed(error: WseError): void
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
  #aborted = false
  #hello: Payload = null
  readonly #target: Target
  readonly #lineage: Lineage
  readonly #host: AttemptHost
  readonly #result: AttemptResult
  #refused: Refused | undefined
  #anonymous = true

  constructor(target: Target, lineage: Lineage, host: AttemptHost, result: AttemptResult) {
    this.#target = target
    this.#lineage = lineage
    this.#host = host
    this.#result = result
  }

  /** Begins. */
  start(): void {
    const { identity, url } = this.#target
    this.#wait(PATIENCE)
    if (typeof identity !== 'function') return this.#open(identity)
    try {
      const read = identity({ url, attempt: this.#lineage.attempt })
      if (!isThenable(read)) return this.#open(read)
      read.then(
        (value) => this.#open(value),
        (thrown) => this.#identityFailed(thrown),
      )
    } catch (thrown) {
      this.#identityFailed(thrown)
    }
  }

  /** Whether a link was opened and has not ended. */
  get linked(): boolean {
    return this.#link !== null && !this.#link.ended
  }

  /** Gives up; nobody is told. */
  abort(reason: string = WSE_REASON.BY_CLIENT): void {
    this.#aborted = true
    this.#stopWaiting()
    this.#link?.close(WSE_CLOSE.NORMAL, reason)
  }

  /** Gives up without a word to the server, which may have read the hello and resumed the session. */
  abandon(): void {
    this.#aborted = true
    this.#stopWaiting()
    this.#link?.terminate()
  }

  receive(type: string, payload: Payload): void {
    this.#step({ on: 'frame', type, payload })
  }

  ended(code: number, reason: string): void {
    this.#step({ on: 'ended', code, reason })
  }

  failed(error: WseError): void {
    if (!this.#aborted) this.#host.failed(error)
  }

  #identityFailed(cause: unknown): void {
    const message = `the identity function failed: ${textOf(cause)}`
    this.#step({ on: 'failed', error: new WseError(WSE_ERROR.CONNECT_FAILED, {}, { message, cause }) })
  }

  #open(identity: Payload): void {
    if (this.#aborted) return
    const { settings } = this.#host
    try {
      const transport = settings.dial(this.#target.url)
      const link = new Link(transport, settings, this)
      this.#link = link
      if (link.ended) return this.ended(WSE_CLOSE.ABNORMAL, '')
      this.#host.opened(link)
      this.#wait()
      transport.onOpen = () => this.#opened(transport, identity)
      if (transport.state === 'open') this.#opened(transport, identity)
    } catch (thrown) {
      this.#step({ on: 'failed', error: toWseError(thrown, WSE_ERROR.CONNECT_FAILED) })
    }
  }

  #opened(transport: Transport, identity: Payload): void {
    const { name } = this.#host.settings.codec
    if (transport.protocol !== '' && transport.protocol !== name) {
      const message = `the server speaks ${transport.protocol}, not ${name}`
      return this.#step({ on: 'failed', error: new WseError(WSE_ERROR.PROTOCOL_VIOLATION, {}, { message }) })
    }
    this.#anonymous = identity === undefined || identity === null || identity === ''
    this.#hello = this.#hi(identity)
    this.#step({ on: 'opened' })
    this.#hello = null
    if (!this.#aborted) this.#host.connected()
  }

  #hi(identity: Payload): Payload {
    const { codec, timeout, limits, keeps } = this.#host.settings
    const hi = { identity: identity ?? '', meta: this.#target.meta ?? {} }
    if (codec.version === 4) return hi
    const { instance, attempt, resume } = this.#lineage
    const said = { ...hi, v: VERSION, instance, attempt, timeout, limit: limits.messageBytes }
    return keeps ? { ...said, keep: true, ...(resume && { resume }) } : said
  }

  /** A throw of the machine is a fault of the server, and the link's to answer. */
  #step(event: AttemptEvent): void {
    if (this.#aborted) return
    const [state, effects] = stepAttempt(this.#state, event, this.#lineage.resume !== undefined)
    this.#state = state
    for (const effect of effects) this.#act(effect)
  }

  #act(effect: AttemptEffect): void {
    switch (effect.do) {
      case 'greet':
        return this.#send(FRAME.HI, this.#hello)
      case 'wait':
        return this.#wait(effect.times)
      case 'stop-waiting':
        return this.#stopWaiting()
      case 'solve':
        return this.#solve(effect.quest)
      case 'answer':
        return this.#send(FRAME.CHALLENGE, effect.answer)
      case 'ready':
        return this.#ready(effect.session, effect.welcome)
      case 'note':
        this.#refused = effect.refused
        return
      case 'give-up':
        return this.#giveUp(effect.error)
      case 'lost':
        return this.#result.over(
          closedOutcome(effect.code, effect.reason, this.#link?.transport.refusal ?? this.#refused),
        )
    }
  }

  #ready(session: SessionFrame | null, welcome: Payload): void {
    const { resume } = this.#lineage
    this.#result.ready({ link: this.#link as Link, session, welcome, resume, anonymous: this.#anonymous })
  }

  #send(type: string, payload: Payload): void {
    try {
      this.#link?.send(type, payload)
    } catch (thrown) {
      this.#step({ on: 'failed', error: toWseError(thrown, WSE_ERROR.CONNECT_FAILED) })
    }
  }

  /** The server has this long to open the link, and to answer each time it is its turn. */
  #wait(times = 1): void {
    // What it wrote may have failed, and ended it.
    if (this.#aborted || this.#state.at === 'settled') return
    const { clock, connectTimeout } = this.#host.settings
    clock.clearTimer(this.#timer)
    this.#timer = clock.setTimer(() => this.#step({ on: 'timeout' }), connectTimeout * times)
  }

  #stopWaiting(): void {
    this.#host.settings.clock.clearTimer(this.#timer)
  }

  #solve(quest: Payload): void {
    const { solver } = this.#host
    const failed = (cause: unknown) => {
      const message = `the challenge handler failed: ${textOf(cause)}`
      this.#step({ on: 'failed', error: new WseError(WSE_ERROR.CHALLENGE_FAILED, {}, { message, cause }) })
    }
    if (solver === null) {
      const message = 'the server asks for a challenge; set one by client.challenge(handler)'
      return this.#step({ on: 'failed', error: new WseError(WSE_ERROR.INVALID_CRA_HANDLER, {}, { message }) })
    }
    try {
      const result = solver(quest, (answer) => this.#step({ on: 'solved', answer }))
      if (isThenable(result)) result.then(undefined, failed)
    } catch (thrown) {
      failed(thrown)
    }
  }

  #giveUp(error: WseError): void {
    // Nothing is told of the end of this link any more: the outcome is already known.
    this.#aborted = true
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
  WSE_ERROR.UNSERIALIZABLE,
  WSE_ERROR.TOO_DEEP,
  WSE_ERROR.TOO_LARGE,
  WSE_ERROR.NOT_SUPPORTED,
])
