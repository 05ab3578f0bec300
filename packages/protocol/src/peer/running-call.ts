import type { Clock, Timer } from '../clock/clock.js'
import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { WseError } from '../error/wse-error.js'
import { type CallFrame, hasStreams } from '../frames/call.js'
import { Malformed, type Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import { createId } from '../id.js'
import { Inlet, WINDOW } from '../streams/inlet.js'
import type { Outlet } from '../streams/outlet.js'
import type { CallContext } from './call-context.js'
import type { CallOptions, OuterCall } from './call-options.js'

/** What a call being answered needs of its peer. */
export interface RunningCallHost {
  readonly setup: { readonly clock: Clock }
  readonly host: { write(type: string, payload: Payload, stamp: Stamp): unknown }
  call(name: string, payload: Payload, options: CallOptions): Promise<Payload>
  /** Its handler has taken too long: the caller is told. */
  expire(call: RunningCall): void
}

/** A call of the other end that is being answered, as its handler sees it. What a handler may not ask for is not made. */
export class RunningCall implements CallContext {
  readonly name: string
  readonly stamp: Stamp
  /** Sends what the handler streams; null if the caller takes no items. */
  outlet: Outlet | null = null
  /** Told how it is answered: with which value, or by which error. */
  onAnswer: ((outcome: 'ok' | 'error', value: unknown) => void) | null = null
  readonly #host: RunningCallHost
  readonly #frame: CallFrame | null
  /** The caller's time-out in ms; Infinity for none. */
  readonly #timeout: number
  #deadline: number | null = null
  #requestId: string | null = null
  #inlet: Inlet | null = null
  #controller: AbortController | null = null
  #timer: Timer = null
  #limit: Timer = null
  /** Why nobody waits for an answer any more. */
  #over: (() => WseError) | null = null

  constructor(host: RunningCallHost, name: string, stamp: Stamp, timeout: number, frame: CallFrame | null) {
    this.#host = host
    this.name = name
    this.stamp = stamp
    this.#timeout = timeout || Number.POSITIVE_INFINITY
    this.#frame = frame
    // A time-out of its own counts from now; the usual one from when it is asked about, which spares a look at the clock.
    if (frame?.timeout !== undefined) void this.deadline
  }

  get kind(): 'call' {
    return 'call'
  }

  get requestId(): string {
    this.#requestId ??= this.#frame?.id ?? createId(this.#host.setup.clock)
    return this.#requestId
  }

  get deadline(): number {
    this.#deadline ??= this.#host.setup.clock.now() + this.#timeout
    return this.#deadline
  }

  get trace(): string | undefined {
    return this.#frame?.trace
  }

  get signal(): AbortSignal {
    if (this.#controller === null) this.#watch(new AbortController())
    return (this.#controller as AbortController).signal
  }

  get chunks(): Inlet {
    if (this.#inlet === null) this.#openInlet()
    return this.#inlet as unknown as Inlet
  }

  /** Whether it has streams, either way. */
  get flows(): boolean {
    return hasStreams(this.#frame)
  }

  error(code: string, details?: Record<string, unknown>, message?: string): WseError {
    return new WseError(code, details, { message })
  }

  call(rp: string, payload?: Payload, options?: CallOptions): Promise<Payload> {
    return this.callFor(this, rp, payload, options)
  }

  /** Calls the caller back within `outer`, which is this call as its handler sees it. */
  callFor(outer: OuterCall, rp: string, payload: Payload, options: CallOptions | undefined): Promise<Payload> {
    return this.#host.call(rp, payload, { ...options, within: outer })
  }

  /** An item of the caller came. @throws {Malformed} if it was sent without credit */
  item(value: Payload, size: number): void {
    if (!this.#frame?.in) return
    if (this.#inlet === null) throw new Malformed('an item before its credit')
    this.#inlet.push(value, size)
  }

  /** The caller sends no more items; `error` if its source failed. */
  ended(error: WseError | null): void {
    if (!this.#frame?.in) return
    if (error === null) this.chunks.finish()
    else this.chunks.fail(error)
  }

  /** This end sends no more items, though it has not answered. */
  end(): void {
    this.#host.host.write(FRAME.END, null, this.stamp)
  }

  /** Gives its handler up after so many ms, whatever its caller is taken to wait. */
  limit(ms: number): void {
    const { clock } = this.#host.setup
    this.#deadline = Math.min(this.deadline, clock.now() + ms)
    this.#limit = clock.setTimer(() => this.#host.expire(this), ms)
  }

  /** It was answered. */
  done(): void {
    this.#unlimit()
    this.#end(answered)
  }

  /** Nobody waits for its answer any more. The error is made only for who asks. */
  abort(why: () => WseError): void {
    this.#unlimit()
    this.#stop(why)
  }

  /** Its session ended: what came before is still to be read. */
  lose(why: () => WseError): void {
    if (this.#inlet?.ended === false) this.#inlet.fail(why())
    this.abort(why)
  }

  #unlimit(): void {
    if (this.#limit !== null) this.#host.setup.clock.clearTimer(this.#limit)
  }

  #stop(why: () => WseError): void {
    this.#end(why)
    this.#controller?.abort(why())
  }

  #end(why: () => WseError): void {
    if (this.#over !== null) return
    this.#over = why
    if (this.#timer !== null) this.#host.setup.clock.clearTimer(this.#timer)
    // What came before its end is still to be read.
    if (this.#inlet?.ended === false) this.#inlet.abort(why())
    this.outlet?.close()
  }

  #watch(controller: AbortController): void {
    this.#controller = controller
    const { clock } = this.#host.setup
    if (this.#over === answered) return
    if (this.#over !== null) return controller.abort(this.#over())
    if (this.deadline === Number.POSITIVE_INFINITY) return
    const expire = () => this.#stop(() => new WseError(WSE_ERROR.RP_TIMEOUT, { rpc: this.name }))
    this.#timer = clock.setTimer(expire, Math.max(0, this.deadline - clock.now()))
  }

  /** The caller is told what it may send only once somebody reads it. */
  #openInlet(): void {
    const { host } = this.#host
    const inlet = new Inlet({ grant: (bytes) => host.write(FRAME.CREDIT, bytes, this.stamp), stop() {} }, 0)
    // Before anything is said of it: to say it may end the session, and that ends what is being read.
    this.#inlet = inlet
    if (this.#over !== null) inlet.abort(this.#over())
    else if (this.#frame?.in) inlet.grant(WINDOW)
    else inlet.finish()
  }
}

/** A handler that still reads what its caller sends has answered before. */
function answered(): WseError {
  return new WseError(WSE_ERROR.CLOSED, {}, { message: 'the call was answered' })
}
