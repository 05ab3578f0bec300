import { type Clock, type Payload, type Timer, WSE_CLOSE, WSE_ERROR, WSE_REASON, type WseError } from '@wse/protocol'
import {
  type Envelope,
  FRAME,
  failure,
  type Guard,
  type Hi,
  isThenable,
  type Link,
  type LinkOwner,
  Malformed,
  parseHi,
  type Stamp,
} from '@wse/protocol/internal'
import type { Strangers } from '../admission/strangers.js'
import type { ServerLimits } from '../limits/server-limits.js'
import { type Cid, checkCid } from '../people/cid.js'
import type { Entrance } from '../sessions/entrance/entrance.js'
import type { Owner } from '../sessions/moving/questions.js'
import type { LinkRequest } from '../upgrade/link-request.js'
import type { ChallengeAs, IdentifyAs } from './by-contract.js'
import { type Accept, checkDevices, checkExpires, requestFacts } from './identify.js'
import {
  type Challenge,
  GREETING,
  type Grant,
  type HandshakeEffect,
  type HandshakeEvent,
  type HandshakeState,
  type Introduction,
  stepHandshake,
} from './machine.js'

/** How many frames of a WSE 4 client wait for its welcome. */
const EARLY_FRAMES = 64
/** How many hello-sized frames' worth of bytes they may have. */
const EARLY_HELLOS = 4
/** A challenge may need a person, or PBKDF2 on a phone. */
const ANSWER_FACTOR = 3

/** A client that was accepted, on its way to becoming a connection. */
export interface Accepted {
  readonly id: string
  readonly link: Link
  readonly hi: Hi
  readonly cid: Cid
  readonly welcome: Payload
  readonly address: string
  readonly request: LinkRequest
  /** Milliseconds until its authorisation ends; undefined for never. */
  readonly expires: number | undefined
  /** Devices its user may have; undefined for as many as anybody. */
  readonly devices: number | undefined
  /** What it said about itself, as a contract reads it; null without one. */
  readonly introduction: Introduction | null
  /** What it sent before its welcome. */
  readonly early: readonly Envelope[]
  /** Whose session it asks for, if that is known. */
  readonly owner: Owner | null
  /** What it brings where there are several servers; null where there is one. */
  readonly entrance: Entrance | null
}

/** What a handshake needs of its server. */
export interface HandshakeHost {
  readonly clock: Clock
  readonly limits: ServerLimits
  readonly strangers: Strangers
  readonly identify: IdentifyAs
  readonly generator: ChallengeAs | null
  readonly guard: Guard | null
  admit(accepted: Accepted): void
  /** It left while other servers were asked about it. */
  left(accepted: Accepted): void
  /** Whom the session belongs to that a client asks for, if its token is good. */
  ownerOf(hi: Hi): Owner | null | Promise<Owner | null>
  /** Asks other servers about a client before it is let in; null where there are none. Never rejects. */
  readonly enter: ((accepted: Accepted) => Promise<Entrance>) | null
  failed(error: WseError): void
  over(handshake: Handshake): void
}

/** Carries out the handshake of one link: the machine decides, this acts. */
export class Handshake implements LinkOwner {
  #state: HandshakeState = GREETING
  #timer: Timer = null
  #armedFor = Number.POSITIVE_INFINITY
  #deadline = 0
  readonly #early: Envelope[] = []
  #owner: Owner | null = null
  #entrance: Entrance | null = null
  /** What a contract has read of it already, for a challenge. */
  #said: Introduction | undefined
  readonly #link: Link
  readonly #id: string
  readonly #address: string
  readonly #request: LinkRequest
  readonly #host: HandshakeHost

  constructor(link: Link, id: string, address: string, request: LinkRequest, host: HandshakeHost) {
    this.#link = link
    this.#id = id
    this.#address = address
    this.#request = request
    this.#host = host
    link.inboundBytes = Math.min(host.limits.helloBytes, host.limits.messageBytes)
    link.handOver(this)
    this.#wait('hi')
  }

  receive(type: string, payload: Payload, _stamp: Stamp | undefined): void {
    if (type !== FRAME.HI) return this.#step({ on: 'frame', type, payload }, _stamp)
    const hi = parseHi(payload)
    if (hi === null) throw new Malformed('~wse:hi is malformed')
    this.#step({ on: 'hi', hi })
  }

  ended(): void {
    this.#step({ on: 'ended' })
  }

  failed(error: WseError): void {
    this.#host.failed(error)
  }

  #step(event: HandshakeEvent, stamp?: Stamp): void {
    const setup = { challenges: this.#host.generator !== null, enters: this.#host.enter !== null }
    const [state, effects] = stepHandshake(this.#state, event, setup)
    this.#state = state
    for (const effect of effects) this.#act(effect, stamp)
  }

  #act(effect: HandshakeEffect, stamp: Stamp | undefined): void {
    switch (effect.do) {
      case 'wait':
        return this.#wait(effect.for)
      case 'issue':
        return this.#issue(effect.hi)
      case 'ask':
        return this.#ask(effect.quest)
      case 'identify':
        return this.#identify(effect.hi, effect.challenge)
      case 'hold':
        return this.#hold([effect.type, effect.payload, stamp])
      case 'enter':
        return this.#enter(effect.hi, effect.grant)
      case 'admit':
        return this.#admit(effect.hi, effect.grant)
      case 'report':
        return this.#report(effect.error)
      case 'fault':
        return this.#link.fault(effect.why)
      case 'close':
        return this.#link.close(effect.code, effect.reason)
      case 'finish':
        return this.#finish()
    }
  }

  #wait(what: 'hi' | 'answer' | 'identify'): void {
    const { clock, limits, strangers } = this.#host
    if (what === 'identify') strangers.forget(this.#link, this.#address)
    else strangers.waitFor(this.#link, this.#address)
    const ms = limits.handshakeTimeout * (what === 'answer' ? ANSWER_FACTOR : 1)
    this.#deadline = clock.now() + ms
    // Left to run out where it comes too early: most clients have their welcome long before.
    if (this.#deadline < this.#armedFor) this.#arm(ms)
  }

  #arm(ms: number): void {
    const { clock } = this.#host
    clock.clearTimer(this.#timer)
    this.#armedFor = clock.now() + ms
    this.#timer = clock.setTimer(() => this.#due(), ms)
  }

  #due(): void {
    this.#armedFor = Number.POSITIVE_INFINITY
    const left = this.#deadline - this.#host.clock.now()
    if (left > 0) this.#arm(left)
    else this.#step({ on: 'timeout' })
  }

  #issue(hi: Hi): void {
    this.#settleVersion(hi)
    const { generator, guard } = this.#host
    const quest = (value: Payload) => this.#put(value)
    const refuse = () => this.#step({ on: 'refused' })
    const read = (said: Introduction) => {
      this.#said = said
    }
    const { identity, meta = {} } = hi
    const given = [identity, meta, quest, refuse] as const
    this.#guarded(() => (guard === null ? generator?.(...given) : generator?.(...given, read)))
  }

  /** Never throws, as {@link #accept}. */
  #put(quest: Payload): void {
    if (this.#state.at !== 'issuing') return
    try {
      this.#host.guard?.quest.check(quest)
      this.#step({ on: 'quest', quest })
    } catch (error) {
      this.#step({ on: 'failed', error })
    }
  }

  #ask(quest: Payload): void {
    this.#guarded(() => this.#link.send(FRAME.CHALLENGE, quest))
  }

  #identify(hi: Hi, challenge: Challenge | null): void {
    this.#settleVersion(hi)
    const owner = this.#host.ownerOf(hi)
    if (isThenable(owner)) owner.then((known) => this.#identifyAs(hi, challenge, known))
    else this.#identifyAs(hi, challenge, owner)
  }

  #identifyAs(hi: Hi, challenge: Challenge | null, owner: Owner | null): void {
    if (this.#state.at !== 'identifying') return
    this.#owner = owner
    const accept: Accept = (cid, welcome, options, said) => this.#accept(cid, welcome, options, said)
    const refuse = () => this.#step({ on: 'refused' })
    const { identity, meta = {} } = hi
    const about = { challenge, id: this.#id, ...requestFacts(this.#request) }
    const context = { identity, meta, accept, refuse, ...about }
    const said = this.#said && { said: this.#said }
    this.#guarded(() =>
      this.#host.identify({ ...context, ...said, resume: owner && { cid: owner.cid }, refresh: false }),
    )
  }

  /** Never throws: it may be called from a callback, where a throw would end the process. */
  #accept(...[cid, welcome, options, said]: Parameters<Accept>): void {
    if (!cid) return this.#step({ on: 'refused' })
    try {
      this.#host.guard?.welcome.check(welcome)
      const granted = { expires: checkExpires(options), devices: checkDevices(options), introduction: said ?? null }
      this.#step({ on: 'accepted', cid: checkCid(cid), welcome, ...granted })
    } catch (error) {
      this.#step({ on: 'failed', error })
    }
  }

  /** Runs the application's code: a throw or a rejection is a failure of the server, not a refusal. */
  #guarded(run: () => unknown): void {
    try {
      const result = run()
      if (isThenable(result)) result.then(undefined, (error) => this.#step({ on: 'failed', error }))
    } catch (error) {
      this.#step({ on: 'failed', error })
    }
  }

  #settleVersion(hi: Hi): void {
    this.#link.version = hi.v !== undefined && this.#link.codec.version === 5 ? 5 : 4
    if (hi.limit !== undefined) this.#link.outboundBytes = hi.limit
  }

  #hold(envelope: Envelope): void {
    const bytes = this.#host.limits.helloBytes * EARLY_HELLOS
    if (this.#early.length >= EARLY_FRAMES || this.#link.bytesIn > bytes)
      this.#link.fault('too much before the welcome')
    else this.#early.push(envelope)
  }

  #accepted(hi: Hi, grant: Grant): Accepted {
    const who = { id: this.#id, link: this.#link, address: this.#address, request: this.#request }
    return { ...who, hi, ...grant, early: this.#early, owner: this.#owner, entrance: this.#entrance }
  }

  #enter(hi: Hi, grant: Grant): void {
    const entered = (entrance: Entrance) => {
      this.#entrance = entrance
      if (this.#state.at === 'entering') this.#step({ on: 'entered' })
      else this.#host.left(this.#accepted(hi, grant))
    }
    this.#host
      .enter?.(this.#accepted(hi, grant))
      .then(entered)
      .catch((error) => this.#report(error))
  }

  #admit(hi: Hi, grant: Grant): void {
    this.#link.inboundBytes = this.#host.limits.messageBytes
    try {
      this.#host.admit(this.#accepted(hi, grant))
    } catch (error) {
      this.#report(error)
      this.#link.close(WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN)
    }
  }

  #report(cause: unknown): void {
    this.#host.failed(failure(WSE_ERROR.IDENTIFY_FAILED, 'identify failed', cause, { conn_id: this.#id }))
  }

  #finish(): void {
    this.#host.clock.clearTimer(this.#timer)
    this.#host.strangers.forget(this.#link, this.#address)
    this.#host.over(this)
  }
}
