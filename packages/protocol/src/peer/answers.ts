import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { failure, isWseError, toWire } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { isThenable } from '../events/listener.js'
import { type CallFrame, hasStreams } from '../frames/call.js'
import { isName, type Stamp } from '../frames/envelope.js'
import { PUBLISH, RESERVED_CALLS } from '../frames/names.js'
import type { Payload } from '../frames/payload.js'
import { createId } from '../id.js'
import { pump } from '../streams/pump.js'
import { isSource, isStream, letGo, type StreamSource } from '../streams/source.js'
import type { OpenOutlet } from './flows.js'
import type { Answer, PeerHost, PeerSetup } from './host.js'
import { RunningCall, type RunningCallHost } from './running-call.js'
import { RunningCalls } from './running-calls.js'

/** How long a call counts as running when its caller did not say when it gives up. */
const UNTOLD_TIMEOUT = 60_000

/** What {@link Answers} needs of its peer. */
export interface AnswersHost extends RunningCallHost {
  readonly setup: PeerSetup
  readonly host: PeerHost
  openOutlet: OpenOutlet
}

/** Answers the other end's calls: each gets exactly one answer, whatever its handler does. */
export class Answers {
  callerTimeout = UNTOLD_TIMEOUT
  readonly #peer: AnswersHost
  readonly #setup: PeerSetup
  readonly #host: PeerHost
  /** Made for the first call that takes longer than its turn. */
  #running: RunningCalls | null = null
  /** Why nothing is answered any more; null while it is. */
  #ended: ((call: RunningCall) => WseError) | null = null

  constructor(peer: AnswersHost) {
    this.#peer = peer
    this.#setup = peer.setup
    this.#host = peer.host
  }

  get running(): number {
    return this.#running?.size ?? 0
  }

  /** Stamps of calls that are being answered. */
  get stamps(): Stamp[] {
    return this.#running?.stamps() ?? []
  }

  /** Runs the handler of `name` and answers with what becomes of it. @throws {Malformed} if the stamp is in use */
  call(name: string, payload: Payload, stamp: Stamp, frame: CallFrame | null = null): void {
    this.#running?.refuseDuplicate(stamp)
    if (this.#running?.hasRoom() === false) return this.refuse(stamp, WSE_ERROR.RP_OVERLOAD, name)
    const handler = this.#host.procedure(name)
    if (handler === undefined) return this.refuse(stamp, WSE_ERROR.RP_NOT_REGISTERED, name)
    this.#run(handler, payload, this.#runningCall(name, stamp, frame))
  }

  /** Runs a call of the SDK itself: only one that a handler of the application answers counts towards the limit. @throws {Malformed} if the stamp is in use */
  reserved(name: string, payload: Payload, stamp: Stamp, frame: CallFrame | null = null): void {
    this.#running?.refuseDuplicate(stamp)
    const isLimited = name === PUBLISH || hasStreams(frame)
    if (isLimited && this.#running?.hasRoom() === false) return this.refuse(stamp, WSE_ERROR.RP_OVERLOAD, name)
    const handler = this.#host.reserved?.(name)
    if (handler !== undefined) return this.#run(handler, payload, this.#runningCall(name, stamp, frame))
    const known = RESERVED_CALLS.includes(name)
    this.refuse(stamp, known ? WSE_ERROR.NOT_SUPPORTED : WSE_ERROR.RP_NOT_REGISTERED, name)
  }

  /** The call of this stamp, while it is being answered. */
  get(stamp: Stamp): RunningCall | undefined {
    return this.#running?.get(stamp)
  }

  /** Answers with an error of our own. */
  refuse(stamp: Stamp, code: string, rpc: string): void {
    try {
      this.#write(FRAME.RESPONSE_ERR, { code, details: { rpc } }, stamp)
    } catch (cause) {
      this.#report(cause, rpc, createId(this.#setup.clock))
    }
  }

  /** Answers a call whose handler ran at a server that is gone: it ran, and nobody knows what came of it. */
  disown(stamp: Stamp): void {
    this.#write(FRAME.RESPONSE_ERR, { code: WSE_ERROR.RP_DISCONNECT, details: { certainty: 'delivered' } }, stamp)
  }

  /** The caller has given up: its handler is told, and its answer goes nowhere. */
  cancel(stamp: Stamp, why: Payload): void {
    const call = this.get(stamp)
    if (call === undefined || !this.#running?.take(call)) return
    const code = why === 'timeout' ? WSE_ERROR.RP_TIMEOUT : WSE_ERROR.RP_CANCELLED
    call.abort(() => new WseError(code, { rpc: call.name }, { remote: true }))
  }

  /** A handler has taken longer than it may: it is told, and its caller. */
  expire(call: RunningCall): void {
    if (!this.#running?.take(call)) return
    const error = timedOut(call)
    call.abort(() => error)
    this.#fail(error, call)
  }

  /** The session ended with this code: handlers are told, and what they answer goes nowhere. */
  end(code: number, reason: string): void {
    this.#ended = ({ name }) => new WseError(WSE_ERROR.RP_DISCONNECT, { rpc: name, disconnected: [code, reason] })
    this.#running?.lose(this.#ended)
  }

  #runningCall(name: string, stamp: Stamp, frame: CallFrame | null): RunningCall {
    const call = new RunningCall(this.#peer, name, stamp, frame?.timeout ?? this.callerTimeout, frame)
    if (!call.flows) return call
    // Items may come as soon as the handler asks for them.
    this.#runningCalls().add(call)
    if (frame?.credit !== undefined) call.outlet = this.#peer.openOutlet(stamp, frame.credit)
    return call
  }

  #run(handler: Answer, payload: Payload, call: RunningCall): void {
    try {
      const result = handler(payload, call)
      if (isThenable(result)) this.#wait(result, call)
      else this.#settle(result, call)
    } catch (thrown) {
      this.#fail(thrown, call)
    }
  }

  #wait(result: PromiseLike<unknown>, call: RunningCall): void {
    const running = this.#runningCalls()
    const ended = this.#ended
    // By the handler itself, for one.
    if (ended !== null) call.abort(() => ended(call))
    else if (!call.flows) running.add(call)
    const waits = () => running.get(call.stamp) === call
    const failed = (thrown: unknown) => {
      if (waits()) this.#fail(thrown, call)
    }
    try {
      result.then((value) => {
        if (waits()) this.#settle(value, call)
        else if (isStream(value)) this.#letGo(value, call)
      }, failed)
    } catch (thrown) {
      // Not a promise, only something with a `then`.
      failed(thrown)
    }
  }

  /** What a handler returned is the answer; or where the items of it come from. */
  #settle(result: Payload, call: RunningCall): void {
    const { outlet } = call
    if (outlet !== null && isSource(result)) return this.#wait(pump(result, outlet), call)
    // What was cut short must not pass for the whole.
    if (outlet?.closed) return this.#fail(timedOut(call), call)
    if (outlet !== null || !isStream(result)) return this.#respond(result, call)
    this.#letGo(result, call)
    this.#fail(new Error('the handler returned a stream to a caller who asked for one value'), call)
  }

  #letGo(source: StreamSource, call: RunningCall): void {
    letGo(source, (thrown) => this.#report(thrown, call.name, createId(this.#setup.clock), call))
  }

  #runningCalls(): RunningCalls {
    const { clock, limits } = this.#setup
    this.#running ??= new RunningCalls(clock, limits.callsIn)
    return this.#running
  }

  #respond(result: Payload, call: RunningCall): void {
    this.#over(call)
    try {
      this.#write(FRAME.RESPONSE, result, call.stamp)
    } catch (cause) {
      call.onAnswer?.('error', cause)
      return this.#unwritable(cause, call, createId(this.#setup.clock))
    }
    call.onAnswer?.('ok', result)
  }

  #fail(thrown: unknown, call: RunningCall): void {
    this.#over(call)
    call.onAnswer?.('error', thrown)
    const errorId = createId(this.#setup.clock)
    if (!isWseError(thrown)) this.#report(thrown, call.name, errorId, call)
    let code: string | undefined
    try {
      const error = toWire(thrown, errorId)
      if (isName(error.code)) code = error.code
      this.#write(FRAME.RESPONSE_ERR, error, call.stamp)
    } catch (cause) {
      this.#unwritable(cause, call, errorId, code)
    }
  }

  #over(call: RunningCall): void {
    this.#running?.take(call)
    call.done()
  }

  /** An answer could not be encoded: why is told here, the caller gets a code, so that it is not left waiting. */
  #unwritable(cause: unknown, call: RunningCall, errorId: string, code?: string): void {
    const { name, stamp } = call
    this.#report(cause, name, errorId, call)
    const why = isWseError(cause) ? cause.code : WSE_ERROR.RP_EXECUTION_FAILED
    try {
      this.#write(FRAME.RESPONSE_ERR, { code: code ?? why, details: { errorId } }, stamp)
    } catch (again) {
      this.#report(again, name, errorId, call)
    }
  }

  #report(cause: unknown, rpc: string, errorId: string, call?: RunningCall): void {
    this.#host.failed(failure(WSE_ERROR.RP_EXECUTION_FAILED, `${rpc} failed`, cause, { rpc, errorId }), call)
  }

  #write(type: string, payload: Payload, stamp: Stamp): void {
    if (this.#ended === null) this.#host.write(type, payload, stamp)
  }
}

/** A handler has not answered in time. */
function timedOut({ name }: RunningCall): WseError {
  return new WseError(WSE_ERROR.RP_TIMEOUT, { rpc: name, certainty: 'delivered' })
}
