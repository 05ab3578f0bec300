import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { failure, fromWire, toWire, toWseError } from '../error/describe.js'
import { type Certainty, WseError } from '../error/wse-error.js'
import type { AbortSignalLike } from '../events/signal.js'
import type { CallFrame } from '../frames/call.js'
import type { Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import { createId } from '../id.js'
import { Inlet, WINDOW } from '../streams/inlet.js'
import type { Outlet } from '../streams/outlet.js'
import { pump } from '../streams/pump.js'
import { isSource, letGo, type StreamSource } from '../streams/source.js'
import { frameOf, timeoutOf } from './asked.js'
import { type CallOptions, cancelled, checkOptions } from './call-options.js'
import type { OpenOutlet } from './flows.js'
import type { PeerHost, PeerSetup } from './host.js'
import { onAbort } from './on-abort.js'
import { type PendingCall, PendingCalls } from './pending-calls.js'

/** What {@link Calls} needs of its peer. */
export interface CallsHost {
  readonly setup: PeerSetup
  readonly host: PeerHost
  /** Version of the other end; 0 while it is not known. */
  readonly version: 0 | 4 | 5
  openOutlet: OpenOutlet
}

/** How one call ends. */
export interface Settle {
  resolve(value: Payload): void
  reject(error: unknown): void
  readonly inlet?: Inlet
}

const NO_OPTIONS: CallOptions = {}

/** Stamps of the client are odd, the server's even, so that a stamp names one call whichever end speaks. */
export const FIRST_STAMP = { client: 1, server: 2 } as const

/** Own calls: each is asked once, and settles once, whatever becomes of it. */
export class Calls {
  readonly #peer: CallsHost
  readonly #setup: PeerSetup
  readonly #host: PeerHost
  /** Made for the first call. */
  #pending: PendingCalls | null = null
  #nextStamp: number

  constructor(peer: CallsHost) {
    this.#peer = peer
    this.#setup = peer.setup
    this.#host = peer.host
    this.#nextStamp = FIRST_STAMP[peer.setup.side]
  }

  /** Calls that wait for an answer. */
  get size(): number {
    return this.#pending?.size ?? 0
  }

  /** Whether a timer is armed. */
  get armed(): boolean {
    return this.#pending?.armed ?? false
  }

  /** Asks for one value. Never throws: what goes wrong rejects the promise. */
  call(name: string, payload: Payload, options: CallOptions = NO_OPTIONS): Promise<Payload> {
    return new Promise((resolve, reject) => {
      this.#begin(null, name, payload, options, { resolve, reject })
    })
  }

  /** As `call`, for who takes the answer in its place among the frames that arrive. It may be told before this returns. */
  ask(name: string, payload: Payload, settle: Settle): void {
    this.#begin(null, name, payload, NO_OPTIONS, settle)
  }

  /** Asks for items. Never throws: what goes wrong is told to who reads them. */
  stream(name: string, payload: Payload, options: CallOptions = NO_OPTIONS): Inlet {
    const stamp = this.#stamp()
    const grant = (bytes: number) => this.#tell(FRAME.CREDIT, bytes, stamp)
    const inlet = new Inlet({ grant, stop: () => this.#stop(stamp) }, WINDOW)
    const settle = { inlet, resolve: (value: Payload) => inlet.finish(value), reject: (e: unknown) => inlet.fail(e) }
    this.#begin(stamp, name, payload, options, settle)
    return inlet
  }

  /** An answer came. One that nobody waits for is dropped, never answered: two ends that answer answers never stop. */
  resolve(stamp: Stamp, value: Payload): void {
    this.#pending?.take(stamp)?.resolve(value)
  }

  reject(stamp: Stamp, payload: Payload): void {
    const error = fromWire(payload, this.#pending?.get(stamp)?.name ?? '')
    // The server it ran at is gone, the session is not: what may run twice is asked again.
    if (error.code === WSE_ERROR.RP_DISCONNECT && this.#askAgain(stamp)) return
    this.#pending?.take(stamp)?.reject(error)
  }

  /** An item of a stream came. @throws {Malformed} if it was sent without credit */
  item(stamp: Stamp, value: Payload): void {
    this.#pending?.get(stamp)?.inlet?.push(value, this.#host.frameSize)
  }

  /** No more items come; `null`, or what the source failed with. */
  ended(stamp: Stamp, payload: Payload): void {
    const call = this.#pending?.get(stamp)
    if (payload === null || payload === undefined) call?.inlet?.finish()
    else call?.inlet?.fail(fromWire(payload, call.name))
  }

  /** The other end takes that many bytes more. */
  credit(stamp: Stamp, bytes: number): void {
    this.#pending?.get(stamp)?.outlet?.add(bytes)
  }

  /** Rejects one call that cannot be asked after all. */
  abandon(stamp: Stamp, error: WseError): void {
    const call = this.#pending?.take(stamp)
    if (!call?.repeated) return call?.reject(error)
    const { code, details, message } = error
    call.reject(new WseError(code, { ...details, certainty: 'unknown' }, { message }))
  }

  /** The session ended; see `Peer.end`. */
  end(code: number, reason: string, fate: (stamp: Stamp) => Certainty | 'goes-on', carries: boolean): void {
    for (const stamp of this.#pending?.stamps() ?? []) {
      const certainty = fate(stamp)
      if (certainty === 'goes-on' || (carries && this.#askAgain(stamp))) continue
      const call = this.#pending?.take(stamp)
      const details = { rpc: call?.name, certainty: inAll(certainty, call), disconnected: [code, reason] }
      call?.reject(new WseError(WSE_ERROR.RP_DISCONNECT, details))
    }
    this.#pending?.rest()
  }

  /** Asks. What goes wrong is told to `settle`; what was to be sent is let go of, as that of a call that fails later. */
  #begin(stamp: Stamp | null, name: string, payload: Payload, options: CallOptions, settle: Settle): void {
    try {
      this.#check(name, options)
      this.#ask(stamp ?? this.#stamp(), name, payload, options, settle)
    } catch (thrown) {
      settle.reject(thrown)
      const chunks = options?.chunks
      if (isSource(chunks)) letGo(chunks, (failed) => this.#sourceFailed(failed))
    }
  }

  #check(name: string, options: CallOptions): void {
    if (options !== NO_OPTIONS) checkOptions(name, options)
    const { callsOut } = this.#setup.limits
    if (this.size >= callsOut) throw new WseError(WSE_ERROR.RP_TOO_MANY, { rpc: name, limit: callsOut })
  }

  /** @throws {WseError} what cannot be encoded or accepted */
  #ask(stamp: Stamp, name: string, payload: Payload, options: CallOptions, settle: Settle): void {
    const { clock } = this.#setup
    const flows = settle.inlet !== undefined || options.chunks !== undefined
    const timeout = this.#timeout(name, options, flows)
    const id = options.idempotent ? createId(clock) : undefined
    const frame = frameOf(name, payload, options, timeout, settle.inlet !== undefined, id)
    const call: PendingCall = {
      name,
      deadline: timeout > 0 ? clock.now() + timeout : Number.POSITIVE_INFINITY,
      resolve: settle.resolve,
      reject: settle.reject,
      release: this.#watch(stamp, name, options, settle),
      inlet: settle.inlet,
      outlet: options.chunks === undefined ? undefined : this.#peer.openOutlet(stamp, 0),
      again: id === undefined ? undefined : (frame as CallFrame),
    }
    this.#pending ??= new PendingCalls(clock, (expired, late) => this.#expired(expired, late))
    this.#pending.add(stamp, call)
    try {
      this.#write(name, payload, stamp, frame, flows)
    } catch (thrown) {
      this.#pending?.withdraw(stamp)
      throw thrown
    }
    if (call.outlet !== undefined) void this.#send(options.chunks as StreamSource, call.outlet, stamp)
  }

  /** Without a time-out of its own a stream takes as long as it takes. */
  #timeout(name: string, options: CallOptions, flows: boolean): number {
    if (options.within === undefined) return options.timeout ?? (flows ? 0 : this.#setup.timeout)
    return timeoutOf(name, options, flows ? 0 : this.#setup.timeout, this.#setup.clock.now())
  }

  #write(name: string, payload: Payload, stamp: Stamp, frame: CallFrame | null, flows: boolean): void {
    const { version } = this.#peer
    if (flows && version === 4) {
      throw new WseError(WSE_ERROR.NOT_SUPPORTED, { rpc: name }, { message: 'streams need a version 5 peer' })
    }
    const result =
      frame !== null && (flows || version === 5)
        ? this.#host.write(FRAME.CALL, frame, stamp)
        : this.#host.write(name, payload, stamp)
    if (result !== 'dropped') return
    const details = { rpc: name, certainty: 'not-sent' }
    throw new WseError(WSE_ERROR.RP_DISCONNECT, details, { message: 'the link is closed' })
  }

  /** Sends what the caller gives with its call. */
  async #send(chunks: StreamSource, outlet: Outlet, stamp: Stamp): Promise<void> {
    let end: unknown = null
    try {
      await pump(chunks, outlet)
    } catch (thrown) {
      // Nobody wants it any more; one that was interrupted may well fail.
      if (outlet.closed) return
      end = toWire(thrown, this.#sourceFailed(thrown))
    }
    if (await outlet.begun()) this.#tell(FRAME.END, end, stamp)
    outlet.close()
  }

  /** Returns what names the failure at both ends. */
  #sourceFailed(thrown: unknown): string {
    const errorId = createId(this.#setup.clock)
    this.#host.failed(failure(WSE_ERROR.RP_EXECUTION_FAILED, 'what was to be sent failed', thrown, { errorId }))
    return errorId
  }

  #watch(stamp: Stamp, name: string, options: CallOptions, { reject, inlet }: Settle): (() => void) | undefined {
    const signals = [options.signal, options.within?.signal].filter((signal) => signal !== undefined)
    if (signals.length === 0) return undefined
    const abort = (signal: AbortSignalLike) => {
      const call = this.#pending?.take(stamp)
      if (call === undefined) return
      const error = cancelled(name, signal, this.#giveUp(stamp, call, 'cancelled'))
      if (inlet === undefined) reject(error)
      else inlet.abort(error)
    }
    const releases = signals.map((signal) => onAbort(signal, () => abort(signal)))
    return () => {
      for (const release of releases) release()
    }
  }

  #expired(stamp: Stamp, call: PendingCall): void {
    const certainty = this.#giveUp(stamp, call, 'timeout')
    call.reject(new WseError(WSE_ERROR.RP_TIMEOUT, { rpc: call.name, certainty }))
  }

  /** Nobody reads the items of this call any more. */
  #stop(stamp: Stamp): void {
    const call = this.#pending?.take(stamp)
    if (call !== undefined) this.#giveUp(stamp, call, 'cancelled')
  }

  /** Tells the other end to stop working on a call, or takes the call back if it never left. */
  #giveUp(stamp: Stamp, call: PendingCall, why: string): Certainty {
    if (this.#host.recall?.(stamp)) return inAll('not-sent', call)
    if (this.#peer.version === 5) this.#tell(FRAME.CANCEL, why, stamp)
    return 'unknown'
  }

  /** A call that may run twice goes on in the next session; `false` if it is none, or cannot wait for it. */
  #askAgain(stamp: Stamp): boolean {
    const call = this.#pending?.get(stamp)
    // Items that came would come twice.
    if (call?.again === undefined || call.inlet?.begun) return false
    try {
      call.repeated = true
      return this.#host.write(FRAME.CALL, call.again, stamp) !== 'dropped'
    } catch {
      return false
    }
  }

  #tell(type: string, payload: Payload, stamp: Stamp): void {
    try {
      this.#host.write(type, payload, stamp)
    } catch (thrown) {
      this.#host.failed(toWseError(thrown, WSE_ERROR.CONNECTION_ERROR))
    }
  }

  /** Stamps of calls that wait for an answer. */
  get stamps(): Stamp[] {
    return this.#pending?.stamps() ?? []
  }

  /** The stamp the next call gets. */
  get nextStamp(): number {
    return this.#nextStamp
  }

  set nextStamp(stamp: number) {
    this.#nextStamp = stamp
  }

  #stamp(): Stamp {
    const stamp = this.#nextStamp
    this.#nextStamp += 2
    return this.#peer.version === 4 ? String(stamp) : stamp
  }
}

/** What is certain about a call in all: what did not leave this time may have run before. */
function inAll(certainty: Certainty, call: PendingCall | undefined): Certainty {
  return certainty === 'not-sent' && call?.repeated ? 'unknown' : certainty
}
