import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { fromWire, toWseError } from '../error/describe.js'
import { type Certainty, WseError } from '../error/wse-error.js'
import type { AbortSignalLike } from '../events/signal.js'
import { type CallFrame, parseCall } from '../frames/call.js'
import { hasStamp, isName, isReserved, Malformed, type Stamp } from '../frames/envelope.js'
import { parseEvent } from '../frames/event.js'
import { isFrame } from '../frames/names.js'
import { parsed } from '../frames/parsed.js'
import type { Payload } from '../frames/payload.js'
import { parseCredit } from '../frames/stream.js'
import { parseVolatile } from '../frames/volatile.js'
import type { SendResult } from '../link/link.js'
import { checkSendOptions, type SendOptions } from '../link/send-options.js'
import { Answers } from './answers.js'
import type { PeerHost, PeerSetup } from './host.js'
import { onAbort } from './on-abort.js'
import { type PendingCall, PendingCalls } from './pending-calls.js'
import { checkName } from './procedures.js'

/** How one call is made. */
export interface CallOptions {
  /** Milliseconds after which the call is given up; 0 for never. @default `tO` of the client or server */
  timeout?: number | undefined
  /** Gives the call up when aborted; the promise rejects with `RP_CANCELLED`. @default none */
  signal?: AbortSignalLike | undefined
}

/** Stamps of the client are odd, the server's even, so that a stamp names one call whichever end speaks. */
const FIRST_STAMP = { client: 1, server: 2 } as const

/**
 * One end of a conversation: calls both ways and messages. It does no I/O: envelopes come in by {@link Peer.receive}
 * and leave by its host. It knows nothing of links, so that what outlives a link can own it.
 */
export class Peer {
  /** Version of the other end; 0 while it is not known, when only what every version understands is sent. */
  version: 0 | 4 | 5 = 0
  readonly #setup: PeerSetup
  readonly #host: PeerHost
  /** Made for the first call. */
  #pending: PendingCalls | null = null
  #answers: Answers
  #nextStamp: number

  constructor(setup: PeerSetup, host: PeerHost) {
    this.#setup = setup
    this.#host = host
    this.#nextStamp = FIRST_STAMP[setup.side]
    this.#answers = new Answers(setup, host)
  }

  /** Own calls that wait for an answer. */
  get pending(): number {
    return this.#pending?.size ?? 0
  }

  /** Calls of the other end that are being worked on. */
  get running(): number {
    return this.#answers.running
  }

  /** Timers armed now. */
  get timers(): number {
    return this.#pending?.armed ? 1 : 0
  }

  /** What the other end announced as its time-out of calls. */
  callerTimeout(ms: number): void {
    this.#answers.callerTimeout = ms
  }

  /** Sends a message. @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, or what the host's `write` throws */
  send(type: string, payload: Payload, options?: SendOptions): SendResult {
    checkName(type)
    checkSendOptions(options)
    if (options?.volatile && this.version === 5) {
      return this.#host.write(FRAME.VOLATILE, payload === undefined ? [type] : [type, payload], undefined, options)
    }
    return this.#host.write(type, payload, undefined, options)
  }

  /** Calls a procedure of the other end. Never throws: what goes wrong rejects the promise. */
  call(name: string, payload: Payload, options?: CallOptions): Promise<Payload> {
    return this.#call(name, payload, options, checkName)
  }

  /** Calls a procedure of the other end itself, by its reserved name. */
  callReserved(name: string, payload: Payload, options?: CallOptions): Promise<Payload> {
    return this.#call(name, payload, options, () => {
      if (this.version !== 4) return
      throw new WseError(WSE_ERROR.NOT_SUPPORTED, { rpc: name }, { message: 'this needs a version 5 peer' })
    })
  }

  #call(
    name: string,
    payload: Payload,
    options: CallOptions | undefined,
    check: (name: string) => void,
  ): Promise<Payload> {
    return new Promise((resolve, reject) => {
      check(name)
      checkTimeout(options?.timeout)
      if (options?.signal?.aborted) throw cancelled(name, options.signal, 'not-sent')
      if (this.pending >= this.#setup.limits.callsOut) {
        throw new WseError(WSE_ERROR.RP_TOO_MANY, { rpc: name, limit: this.#setup.limits.callsOut })
      }
      const stamp = this.#stamp()
      this.#pending ??= new PendingCalls(this.#setup.clock, (expired, call) => this.#expired(expired, call))
      this.#pending.add(stamp, this.#pendingCall(name, stamp, options, resolve, reject))
      try {
        this.#ask(name, payload, stamp, options?.timeout)
      } catch (thrown) {
        this.#pending?.withdraw(stamp)
        throw thrown
      }
    })
  }

  /** Takes one envelope. @throws {Malformed} if it breaks the protocol */
  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    if (isReserved(type)) this.#reserved(type, payload, stamp)
    else if (hasStamp(stamp)) this.#answers.call(type, payload, this.#foreign(stamp))
    else this.#host.message(type, payload)
  }

  /** Rejects one own call that cannot be asked after all. */
  abandon(stamp: Stamp, error: WseError): void {
    this.#pending?.take(stamp)?.reject(error)
  }

  /**
   * Its session ended: own calls reject with `RP_DISCONNECT` and what is certain about each, but for those that `fate`
   * says go on in another session. What handlers still answer goes nowhere.
   */
  end(code: number, reason: string, fate: (stamp: Stamp) => Certainty | 'goes-on'): void {
    const { callerTimeout } = this.#answers
    this.#answers.end()
    this.#answers = new Answers(this.#setup, this.#host)
    this.#answers.callerTimeout = callerTimeout
    for (const stamp of this.#pending?.stamps() ?? []) {
      const certainty = fate(stamp)
      const call = certainty === 'goes-on' ? undefined : this.#pending?.take(stamp)
      const details = { rpc: call?.name, certainty, disconnected: [code, reason] }
      call?.reject(new WseError(WSE_ERROR.RP_DISCONNECT, details))
    }
    this.#pending?.rest()
  }

  #pendingCall(
    name: string,
    stamp: Stamp,
    options: CallOptions | undefined,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ): PendingCall {
    const timeout = options?.timeout ?? this.#setup.timeout
    const deadline = timeout > 0 ? this.#setup.clock.now() + timeout : Number.POSITIVE_INFINITY
    const signal = options?.signal
    if (!signal) return { name, deadline, resolve, reject }
    const abort = () => {
      if (this.#pending?.take(stamp)) reject(cancelled(name, signal, this.#giveUp(stamp, 'cancelled')))
    }
    return { name, deadline, resolve, reject, release: onAbort(signal, abort) }
  }

  #ask(name: string, payload: Payload, stamp: Stamp, timeout: number | undefined): void {
    const result =
      timeout !== undefined && this.version === 5
        ? this.#host.write(FRAME.CALL, { name, payload, timeout }, stamp)
        : this.#host.write(name, payload, stamp)
    if (result === 'dropped') {
      throw new WseError(
        WSE_ERROR.RP_DISCONNECT,
        { rpc: name, certainty: 'not-sent' },
        { message: 'the link is closed' },
      )
    }
  }

  #stamp(): Stamp {
    const stamp = this.#nextStamp
    this.#nextStamp += 2
    return this.version === 4 ? String(stamp) : stamp
  }

  /** Checks the stamp of a call of the other end: between version 5 peers its parity is theirs. */
  #foreign(stamp: Stamp): Stamp {
    if (this.version !== 5) return stamp
    if (typeof stamp !== 'number' || stamp % 2 === FIRST_STAMP[this.#setup.side] % 2) {
      throw new Malformed('a stamp of the wrong parity')
    }
    return stamp
  }

  #reserved(type: string, payload: Payload, stamp: Stamp | undefined): void {
    if (type === FRAME.RESPONSE) this.#settle(stamp, (call) => call.resolve(payload))
    else if (type === FRAME.RESPONSE_ERR) this.#settle(stamp, (call) => call.reject(fromWire(payload, call.name)))
    else if (!hasStamp(stamp)) this.#unstamped(type, payload)
    else if (type === FRAME.CALL) this.#callFrame(payload, this.#foreign(stamp))
    else if (type === FRAME.CANCEL) this.#answers.cancel(stamp)
    else if (type === FRAME.ITEM || type === FRAME.END)
      return // streams of a call that has none
    else if (type === FRAME.CREDIT) parsed(type, parseCredit(payload))
    else if (isFrame(type)) throw new Malformed(`${type} with a stamp`)
    else this.#answers.reserved(type, payload, this.#foreign(stamp))
  }

  /** A response nobody waits for is dropped, never answered: two ends that answer answers never stop. */
  #settle(stamp: Stamp | undefined, settle: (call: PendingCall) => void): void {
    if (!hasStamp(stamp)) throw new Malformed('a response without a stamp')
    const call = this.#pending?.take(stamp)
    if (call !== undefined) settle(call)
  }

  #volatile(payload: Payload): void {
    const [type, value] = parsed(FRAME.VOLATILE, parseVolatile(payload))
    this.#checkLength(type)
    this.#host.message(type, value)
  }

  #callFrame(payload: Payload, stamp: Stamp): void {
    const call: CallFrame = parsed(FRAME.CALL, parseCall(payload))
    this.#checkLength(call.name)
    if (call.in || call.credit !== undefined) this.#answers.refuse(stamp, WSE_ERROR.NOT_SUPPORTED, call.name)
    else if (isReserved(call.name)) this.#answers.reserved(call.name, call.payload, stamp)
    else this.#answers.call(call.name, call.payload, stamp, call.timeout)
  }

  #checkLength(name: string): void {
    if (!isName(name, this.#setup.limits.nameBytes)) throw new Malformed('a name that is too long')
  }

  #unstamped(type: string, payload: Payload): void {
    if (type === FRAME.VOLATILE) return this.#volatile(payload)
    // Events of topics are read, so that a malformed one is found, and have no effect: nobody can subscribe yet.
    if (type !== FRAME.EVENT) throw new Malformed(`unknown frame ${type}`)
    parsed(type, parseEvent(payload))
  }

  #expired(stamp: Stamp, call: PendingCall): void {
    const certainty = this.#giveUp(stamp, 'timeout')
    call.reject(new WseError(WSE_ERROR.RP_TIMEOUT, { rpc: call.name, certainty }))
  }

  /** Tells the other end to stop working on a call, or takes the call back if it never left. */
  #giveUp(stamp: Stamp, why: string): Certainty {
    if (this.#host.recall?.(stamp)) return 'not-sent'
    try {
      if (this.version === 5) this.#host.write(FRAME.CANCEL, why, stamp)
    } catch (thrown) {
      this.#host.failed(toWseError(thrown, WSE_ERROR.CONNECTION_ERROR))
    }
    return 'unknown'
  }
}

function checkTimeout(timeout: number | undefined): void {
  if (timeout === undefined || (typeof timeout === 'number' && timeout >= 0 && timeout <= 2 ** 31 - 1)) return
  throw new WseError(
    WSE_ERROR.INVALID_OPTION,
    { option: 'timeout' },
    { message: 'timeout takes ms from 0 to 2^31 - 1' },
  )
}

function cancelled(rpc: string, signal: AbortSignalLike, certainty: Certainty): WseError {
  return new WseError(WSE_ERROR.RP_CANCELLED, { rpc, certainty }, { cause: signal.reason })
}
