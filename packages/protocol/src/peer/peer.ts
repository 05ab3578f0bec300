import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { fromWire } from '../error/describe.js'
import { type Certainty, WseError } from '../error/wse-error.js'
import { type CallFrame, parseCall } from '../frames/call.js'
import { hasStamp, isName, isReserved, Malformed, type Stamp } from '../frames/envelope.js'
import type { TopicEvent } from '../frames/event.js'
import { isFrame } from '../frames/names.js'
import { parsed } from '../frames/parsed.js'
import type { Payload } from '../frames/payload.js'
import { parseCredit } from '../frames/stream.js'
import { parseVolatile } from '../frames/volatile.js'
import type { SendResult } from '../link/link.js'
import { checkSendOptions, type SendOptions } from '../link/send-options.js'
import type { OwnCall } from '../middleware/interception.js'
import type { Inlet } from '../streams/inlet.js'
import type { Outlet } from '../streams/outlet.js'
import { Answers, type AnswersHost } from './answers.js'
import type { CallOptions } from './call-options.js'
import { Calls, type CallsHost, FIRST_STAMP, type Settle } from './calls.js'
import { Flows } from './flows.js'
import type { PeerHost, PeerSetup } from './host.js'
import { checkName } from './procedures.js'
import type { RunningCall } from './running-call.js'

/** Calls that are not over. */
export interface UnderWay {
  readonly stamps: readonly Stamp[]
  /** The stamp of the next own call. */
  readonly nextStamp: number
}

/**
 * One end of a conversation: calls both ways, their streams, and messages. It does no I/O: envelopes come in by
 * {@link Peer.receive} and leave by its host. It knows nothing of links, so that what outlives a link can own it.
 */
export class Peer implements CallsHost, AnswersHost {
  /** Version of the other end; 0 while it is not known, when only what every version understands is sent. */
  version: 0 | 4 | 5 = 0
  readonly setup: PeerSetup
  readonly host: PeerHost
  readonly #calls: Calls
  /** Made for the first stream. */
  #flows: Flows | null = null
  #answers: Answers

  constructor(setup: PeerSetup, host: PeerHost) {
    this.setup = setup
    this.host = host
    this.#calls = new Calls(this)
    this.#answers = new Answers(this)
  }

  /** Own calls that wait for an answer. */
  get pending(): number {
    return this.#calls.size
  }

  /** Calls of the other end that are being worked on. */
  get running(): number {
    return this.#answers.running
  }

  /** What goes on here when its session goes on at another server: calls under way, either way, and the stamp of the next. */
  get underWay(): UnderWay {
    return { stamps: [...this.#calls.stamps, ...this.#answers.stamps], nextStamp: this.#calls.nextStamp }
  }

  /** Own calls begin with this stamp: those before it are under way elsewhere. */
  beginAt(stamp: number): void {
    this.#calls.nextStamp = stamp
  }

  /** What the other end announced as its time-out of calls. */
  get announcedTimeout(): number {
    return this.#answers.callerTimeout
  }

  /** Timers armed now. */
  get timers(): number {
    return this.#calls.armed ? 1 : 0
  }

  /** What the other end announced as its time-out of calls. */
  callerTimeout(ms: number): void {
    this.#answers.callerTimeout = ms
  }

  /** Sends a message. @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, or what the host's `write` throws */
  send(type: string, payload: Payload, given?: SendOptions): SendResult {
    checkName(type)
    const { guard } = this.setup
    const options = guard ? guard.said(type, payload, given) : given
    checkSendOptions(options)
    if (options?.volatile && this.version === 5) {
      return this.host.write(FRAME.VOLATILE, payload === undefined ? [type] : [type, payload], undefined, options)
    }
    return this.host.write(type, payload, undefined, options)
  }

  /** Calls a procedure of the other end. Never throws: what goes wrong rejects the promise. */
  call(name: string, payload: Payload, options?: CallOptions): Promise<Payload> {
    try {
      checkName(name)
      const asked = this.setup.guard?.asked(name)
      if (asked === undefined) return this.#call(name, payload, options)
      return asked.call(payload, () => this.#call(name, payload, asked.options(options)))
    } catch (thrown) {
      return Promise.reject(thrown)
    }
  }

  /** Calls a procedure of the other end that answers with items. @throws {WseError} `INVALID_NAME` */
  stream(name: string, payload: Payload, options?: CallOptions): AsyncIterableIterator<Payload, Payload, undefined> {
    checkName(name)
    const asked = this.setup.guard?.asked(name)
    if (asked === undefined) return this.#stream(name, payload, options)
    return asked.stream(payload, () => this.#stream(name, payload, asked.options(options)))
  }

  #call(name: string, payload: Payload, options: CallOptions | undefined): Promise<Payload> {
    const { interception } = this.setup
    if (!interception?.active) return this.#calls.call(name, payload, options)
    const own = this.#own('call', name, payload, options)
    return interception.call(own, () => this.#calls.call(name, own.payload, own.options))
  }

  #stream(name: string, payload: Payload, options: CallOptions | undefined): AsyncIterableIterator<Payload, Payload> {
    const { interception } = this.setup
    if (!interception?.active) return this.#calls.stream(name, payload, options)
    const own = this.#own('stream', name, payload, options)
    return interception.stream(own, () => this.#calls.stream(name, own.payload, own.options))
  }

  /** Calls a procedure of the other end itself, by its reserved name. Never throws. */
  callReserved(name: string, payload: Payload, options?: CallOptions): Promise<Payload> {
    if (this.version !== 4) return this.#calls.call(name, payload, options)
    return Promise.reject(tooOld(name))
  }

  /** The same, where the answer has to be taken in its place among the frames that arrive. */
  askReserved(name: string, payload: Payload, settle: Settle): void {
    if (this.version !== 4) this.#calls.ask(name, payload, settle)
    else settle.reject(tooOld(name))
  }

  /** Opens streams with the other end itself, by a reserved name. */
  streamReserved(name: string, payload: Payload, options?: CallOptions): Inlet {
    return this.#calls.stream(name, payload, options)
  }

  /** Takes one envelope. @throws {Malformed} if it breaks the protocol */
  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    if (isReserved(type)) this.#reserved(type, payload, stamp)
    else if (hasStamp(stamp)) this.#answers.call(type, payload, this.#foreign(stamp))
    else this.host.message(type, payload)
  }

  /** There may be room for items of streams again. */
  roomAgain(): void {
    this.#flows?.roomAgain()
  }

  expire(call: RunningCall): void {
    this.#answers.expire(call)
  }

  openOutlet(stamp: Stamp, credit: number): Outlet {
    this.#flows ??= new Flows(this.host)
    return this.#flows.open(stamp, credit)
  }

  /** Answers a call of the other end with an error of our own. */
  refuse(stamp: Stamp, code: string, rpc: string): void {
    this.#answers.refuse(stamp, code, rpc)
  }

  /** What was under way elsewhere is lost: a call of the other end is answered so. Own ones are nobody's here. */
  disown(stamp: Stamp): void {
    if (this.#isForeign(stamp)) this.#answers.disown(stamp)
  }

  /** Rejects one own call that cannot be asked after all. */
  abandon(stamp: Stamp, error: WseError): void {
    this.#calls.abandon(stamp, error)
  }

  /**
   * Its session ended: own calls reject with `RP_DISCONNECT` and what is certain about each, but for those that `fate`
   * says go on in another session. Handlers are told, and what they still answer goes nowhere. `carries`: what may run
   * twice is asked again in the next session.
   */
  end(code: number, reason: string, fate: (stamp: Stamp) => Certainty | 'goes-on', carries = false): void {
    const { callerTimeout } = this.#answers
    const answers = this.#answers
    this.#answers = new Answers(this)
    this.#answers.callerTimeout = callerTimeout
    answers.end(code, reason)
    this.#calls.end(code, reason, fate, carries)
  }

  #own(kind: OwnCall['kind'], name: string, payload: Payload, options: CallOptions | undefined): OwnCall {
    const own = { kind, name, payload, options: { ...options } }
    const { conn } = this.host
    return conn === undefined ? own : Object.assign(own, { conn })
  }

  /** Checks the stamp of a call of the other end: between version 5 peers its parity is theirs. */
  #foreign(stamp: Stamp): Stamp {
    if (this.version === 5 && !this.#isForeign(stamp)) throw new Malformed('a stamp of the wrong parity')
    return stamp
  }

  #isForeign(stamp: Stamp): boolean {
    return typeof stamp === 'number' && stamp % 2 !== FIRST_STAMP[this.setup.side] % 2
  }

  #reserved(type: string, payload: Payload, stamp: Stamp | undefined): void {
    if (type === FRAME.RESPONSE) this.#calls.resolve(answered(stamp), payload)
    else if (type === FRAME.RESPONSE_ERR) this.#calls.reject(answered(stamp), payload)
    else if (!hasStamp(stamp)) this.#unstamped(type, payload)
    else if (type === FRAME.CALL) this.#callFrame(payload, this.#foreign(stamp))
    else if (type === FRAME.CANCEL) this.#answers.cancel(stamp, payload)
    else if (type === FRAME.ITEM || type === FRAME.END || type === FRAME.CREDIT) this.#flow(type, payload, stamp)
    else if (isFrame(type)) throw new Malformed(`${type} with a stamp`)
    else this.#answers.reserved(type, payload, this.#foreign(stamp))
  }

  /** What belongs to a stream of a call: of an own one, or of one that is being answered. */
  #flow(type: string, payload: Payload, stamp: Stamp): void {
    const credit = type === FRAME.CREDIT ? parsed(type, parseCredit(payload)) : 0
    if (this.#isForeign(stamp)) {
      const call = this.#answers.get(stamp)
      if (type === FRAME.ITEM) call?.item(payload, this.host.frameSize)
      else if (type === FRAME.CREDIT) call?.outlet?.add(credit)
      else call?.ended(payload === null ? null : fromWire(payload, call.name))
    } else if (type === FRAME.ITEM) this.#calls.item(stamp, payload)
    else if (type === FRAME.CREDIT) this.#calls.credit(stamp, credit)
    else this.#calls.ended(stamp, payload)
  }

  #volatile(payload: Payload): void {
    const [type, value] = parsed(FRAME.VOLATILE, parseVolatile(payload))
    this.#checkLength(type)
    this.host.message(type, value)
  }

  #callFrame(payload: Payload, stamp: Stamp): void {
    const call: CallFrame = parsed(FRAME.CALL, parseCall(payload))
    this.#checkLength(call.name)
    if (isReserved(call.name)) this.#answers.reserved(call.name, call.payload, stamp, call)
    else this.#answers.call(call.name, call.payload, stamp, call)
  }

  #checkLength(name: string): void {
    if (!isName(name, this.setup.limits.nameBytes)) throw new Malformed('a name that is too long')
  }

  #unstamped(type: string, payload: Payload): void {
    if (type === FRAME.VOLATILE) return this.#volatile(payload)
    const { topics } = this.host
    // The session has read it already, to know whether it counts.
    if (type === FRAME.EVENT && this.version === 5) topics?.event(payload as TopicEvent)
    else if (type === FRAME.MEMBERS && topics?.members !== undefined) topics.members(payload)
    else throw new Malformed(`${type} out of place`)
  }
}

function answered(stamp: Stamp | undefined): Stamp {
  if (!hasStamp(stamp)) throw new Malformed('a response without a stamp')
  return stamp
}

const tooOld = (rpc: string) =>
  new WseError(WSE_ERROR.NOT_SUPPORTED, { rpc }, { message: 'this needs a version 5 peer' })
