import type { Clock, Data, Flushable, TransportState } from '@wse/protocol'
import { cutReason } from '@wse/protocol/wire'
import { afterTurn } from './after-turn.js'
import { copyOf } from './frame.js'
import { Inbox } from './inbox.js'
import type { LogEntry, MemoryTransport } from './memory-transport.js'
import { type Parcel, Pipe } from './pipe.js'

/** What both ends of a pair share. */
export interface PairSetup {
  readonly clock: Clock
  readonly delay: number
  readonly protocol: string
  readonly connecting: boolean
  readonly batches: boolean
  readonly log: LogEntry[]
}

const NO_CODE = 1005
const ABNORMAL = 1006

/** {@link MemoryTransport}, to be joined with another. */
export class MemoryEnd implements MemoryTransport {
  readonly sent: Data[] = []
  readonly received: Data[] = []
  onOpen: (() => void) | null = null
  onDrain: (() => void) | null = null
  onError: ((error: unknown) => void) | null = null
  onPong: (() => void) | null = null
  readonly afterTurn: ((waiting: Flushable) => void) | undefined
  readonly #side: 'a' | 'b'
  readonly #setup: PairSetup
  readonly #inbox = new Inbox()
  readonly #out: Pipe
  #other: MemoryEnd = this
  #state: TransportState

  constructor(side: 'a' | 'b', setup: PairSetup) {
    this.#side = side
    this.#setup = setup
    this.afterTurn = setup.batches ? afterTurn : undefined
    this.#state = setup.connecting ? 'connecting' : 'open'
    this.#out = new Pipe(
      setup.clock,
      setup.delay,
      (parcel) => this.#other.#arrive(parcel),
      () => this.#isOpen() && this.onDrain?.(),
    )
  }

  get state(): TransportState {
    return this.#state
  }

  get protocol(): string {
    return this.#state === 'connecting' ? '' : this.#setup.protocol
  }

  get bufferedAmount(): number {
    return this.#out.buffered
  }

  get delay(): number {
    return this.#out.delay
  }

  set delay(ms: number) {
    this.#out.delay = ms
  }

  get onMessage(): ((data: Data) => void) | null {
    return this.#inbox.onMessage
  }

  set onMessage(listener: ((data: Data) => void) | null) {
    this.#inbox.onMessage = listener
    this.#inbox.wake()
  }

  get onClose(): ((code: number, reason: string) => void) | null {
    return this.#inbox.onClose
  }

  set onClose(listener: ((code: number, reason: string) => void) | null) {
    this.#inbox.onClose = listener
    this.#inbox.wake()
  }

  send(data: Data): void {
    if (!this.#isOpen()) return
    const record = copyOf(data)
    this.sent.push(record)
    this.#setup.log.push({ from: this.#side, act: 'frame', data: record })
    this.#out.push({ kind: 'frame', data: copyOf(data), record })
  }

  close(code: number, reason: string): void {
    if (this.#state === 'connecting') return this.terminate()
    if (!this.#isOpen()) return
    this.#setup.log.push({ from: this.#side, act: 'close', code, reason })
    this.#state = 'closing'
    this.#sendClose(canTravel(code) ? code : NO_CODE, reason)
  }

  terminate(): void {
    if (this.#state === 'closed') return
    this.#setup.log.push({ from: this.#side, act: 'terminate' })
    this.#out.abandon()
    this.#end(ABNORMAL, '')
    this.#inbox.clear()
  }

  pause(): void {
    this.#inbox.paused = true
    this.#other.#out.pause()
  }

  resume(): void {
    this.#inbox.paused = false
    this.#inbox.wake()
    this.#other.#out.resume()
  }

  ping(): void {
    if (this.#isOpen()) this.#out.push({ kind: 'ping' })
  }

  cork(): void {
    this.#out.cork()
  }

  uncork(): void {
    this.#out.uncork()
  }

  cut(): void {
    if (this.#state === 'closed' && this.#other.#state === 'closed') return
    this.#setup.log.push({ from: 'link', act: 'cut' })
    this.#end(ABNORMAL, '')
    this.#other.#end(ABNORMAL, '')
  }

  /** Makes two ends one link. */
  join(other: MemoryEnd): void {
    this.#other = other
    other.#other = this
  }

  /** Ends the state `connecting`. */
  open(): void {
    if (this.#state !== 'connecting') return
    this.#state = 'open'
    queueMicrotask(() => this.#isOpen() && this.onOpen?.())
  }

  #isOpen(): boolean {
    return this.#state === 'open'
  }

  #arrive(parcel: Parcel): void {
    if (this.#state === 'closed') return
    if (parcel.kind === 'frame') {
      this.received.push(parcel.record)
      this.#inbox.message(parcel.data)
    } else if (parcel.kind === 'close') {
      if (this.#isOpen()) this.#sendClose(parcel.code, parcel.reason)
      this.#end(parcel.code, parcel.reason)
    } else if (parcel.kind === 'ping') {
      if (this.#isOpen()) this.#out.push({ kind: 'pong' })
    } else if (parcel.kind === 'pong') this.onPong?.()
    else this.#end(ABNORMAL, '')
  }

  #sendClose(code: number, reason: string): void {
    this.#out.push({ kind: 'close', code, reason: code === NO_CODE ? '' : cutReason(reason) })
    this.#out.uncork()
  }

  #end(code: number, reason: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#other.#out.kill()
    this.#inbox.end(code, reason)
  }
}

/** Whether a close frame may hold this code: RFC 6455 §7.4 keeps the others for what never travels. */
function canTravel(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)
}
