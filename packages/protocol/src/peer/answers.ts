import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { isWseError, textOf, toWire } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { isThenable } from '../events/listener.js'
import { isName, type Stamp } from '../frames/envelope.js'
import { RESERVED_CALLS } from '../frames/names.js'
import type { Payload } from '../frames/payload.js'
import { createId } from '../id.js'
import type { PeerHost, PeerSetup } from './host.js'
import { RunningCalls } from './running-calls.js'

/** How long a call counts as running when its caller did not say when it gives up. */
const UNTOLD_TIMEOUT = 60_000

/** Answers the other end's calls: each gets exactly one answer, whatever its handler does. */
export class Answers {
  callerTimeout = UNTOLD_TIMEOUT
  readonly #setup: PeerSetup
  readonly #host: PeerHost
  /** Made for the first call that takes longer than its turn. */
  #running: RunningCalls | null = null
  #ended = false

  constructor(setup: PeerSetup, host: PeerHost) {
    this.#setup = setup
    this.#host = host
  }

  get running(): number {
    return this.#running?.size ?? 0
  }

  /** Runs the handler of `name` and answers with what becomes of it. @throws {Malformed} if the stamp is in use */
  call(name: string, payload: Payload, stamp: Stamp, timeout = this.callerTimeout): void {
    this.#running?.refuseDuplicate(stamp)
    if (this.#running?.hasRoom() === false) return this.refuse(stamp, WSE_ERROR.RP_OVERLOAD, name)
    const handler = this.#host.procedure(name)
    if (handler === undefined) return this.refuse(stamp, WSE_ERROR.RP_NOT_REGISTERED, name)
    this.#run(handler, name, payload, stamp, timeout)
  }

  /** Runs a call of the SDK itself: it does not count towards the limit. @throws {Malformed} if the stamp is in use */
  reserved(name: string, payload: Payload, stamp: Stamp): void {
    this.#running?.refuseDuplicate(stamp)
    const handler = this.#host.reserved?.(name)
    if (handler !== undefined) return this.#run(handler, name, payload, stamp, this.callerTimeout)
    const known = RESERVED_CALLS.includes(name)
    this.refuse(stamp, known ? WSE_ERROR.NOT_SUPPORTED : WSE_ERROR.RP_NOT_REGISTERED, name)
  }

  #run(handler: (payload: Payload) => unknown, name: string, payload: Payload, stamp: Stamp, timeout: number): void {
    try {
      const result = handler(payload)
      if (isThenable(result)) this.#wait(result, name, stamp, timeout || Number.POSITIVE_INFINITY)
      else this.#respond(result, name, stamp)
    } catch (thrown) {
      this.#fail(thrown, name, stamp)
    }
  }

  /** Answers with an error of our own. */
  refuse(stamp: Stamp, code: string, rpc: string): void {
    try {
      this.#write(FRAME.RESPONSE_ERR, { code, details: { rpc } }, stamp)
    } catch (cause) {
      this.#report(cause, rpc, createId(this.#setup.clock))
    }
  }

  /** The caller has given up: its handler runs on, its answer goes nowhere. */
  cancel(stamp: Stamp): void {
    this.#running?.take(stamp)
  }

  end(): void {
    this.#ended = true
    this.#running?.clear()
  }

  #wait(result: PromiseLike<unknown>, name: string, stamp: Stamp, timeout: number): void {
    const running = this.#runningCalls()
    if (!this.#ended) running.add(stamp, timeout)
    const failed = (thrown: unknown) => {
      if (running.take(stamp)) this.#fail(thrown, name, stamp)
    }
    try {
      result.then((value) => {
        if (running.take(stamp)) this.#respond(value, name, stamp)
      }, failed)
    } catch (thrown) {
      // Not a promise, only something with a `then`.
      failed(thrown)
    }
  }

  #runningCalls(): RunningCalls {
    const { clock, limits } = this.#setup
    this.#running ??= new RunningCalls(clock, limits.callsIn)
    return this.#running
  }

  #respond(result: Payload, name: string, stamp: Stamp): void {
    try {
      this.#write(FRAME.RESPONSE, result, stamp)
    } catch (cause) {
      this.#unwritable(cause, name, stamp, createId(this.#setup.clock))
    }
  }

  #fail(thrown: unknown, name: string, stamp: Stamp): void {
    const errorId = createId(this.#setup.clock)
    if (!isWseError(thrown)) this.#report(thrown, name, errorId)
    let code: string | undefined
    try {
      const error = toWire(thrown, errorId)
      if (isName(error.code)) code = error.code
      this.#write(FRAME.RESPONSE_ERR, error, stamp)
    } catch (cause) {
      this.#unwritable(cause, name, stamp, errorId, code)
    }
  }

  /** An answer could not be encoded: why is told here, the caller gets a code, so that it is not left waiting. */
  #unwritable(cause: unknown, name: string, stamp: Stamp, errorId: string, code?: string): void {
    this.#report(cause, name, errorId)
    const why = isWseError(cause) ? cause.code : WSE_ERROR.RP_EXECUTION_FAILED
    try {
      this.#write(FRAME.RESPONSE_ERR, { code: code ?? why, details: { errorId } }, stamp)
    } catch (again) {
      this.#report(again, name, errorId)
    }
  }

  #report(cause: unknown, rpc: string, errorId: string): void {
    const message = `${rpc} failed: ${textOf(cause)}`
    this.#host.failed(new WseError(WSE_ERROR.RP_EXECUTION_FAILED, { rpc, errorId }, { message, cause }))
  }

  #write(type: string, payload: Payload, stamp: Stamp): void {
    if (!this.#ended) this.#host.write(type, payload, stamp)
  }
}
