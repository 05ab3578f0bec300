import { bytesOf } from '../codec/binary.js'
import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import type { WseReset } from '../codes/tables.js'
import { WseError } from '../error/wse-error.js'
import { Signal } from '../events/signal.js'
import type { Envelope, Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import { type Link, type LinkOwner, NOBODY, type SendResult } from '../link/link.js'
import { isHeldBack, type SendOptions } from '../link/send-options.js'
import type { Data, SharedFrame } from '../transport/transport.js'
import { Account } from './account.js'
import { Ledger, type LedgerState } from './ledger.js'
import { refusalOf, type Waiting } from './outbox.js'
import { Queue } from './queue.js'
import { decodeOwn, type Remains, remainsOf } from './remains.js'
import { type Reset, resetOf } from './reset.js'

/** Characters and bytes not yet handed to the network from which items of streams wait: calls must not queue behind them. */
const BACKLOG = 65_536

/** Bytes around those of an item, at the most. */
const ITEM_ENVELOPE = 64

/** A session as it goes to another server. */
export interface SessionState {
  readonly ledger: LedgerState
  readonly waiting: readonly Waiting[]
}

/**
 * What outlives links: the account of what was sent and taken, and what waits. Speaks on one link at a time; without one
 * it keeps what it is given. Knows nothing of calls (that is the peer) and decides nothing about resuming.
 */
export class Session extends Account implements LinkOwner {
  /** Made for the first frame that has to wait. */
  #queue: Queue | null = null
  /** Made for the first who asks. */
  #drain: Signal<[]> | null = null
  /** The link once all that waited has been sent on it: before that what is new waits, too. */
  #live: Link | null = null
  #last: Link | null = null
  /** Whether something had to wait, and its owner is to be told when nothing does any more. */
  #isWaiting = false
  #ended = false

  /** The link it speaks on, or spoke on last. */
  get lastLink(): Link | null {
    return this.#last
  }

  /** Frames that wait for a link, or for room on it. */
  get queued(): number {
    return this.#queue?.size ?? 0
  }

  /** Characters or bytes that are kept or wait. */
  get bytes(): number {
    return this.positions.bytes + (this.#queue?.bytes ?? 0)
  }

  /** Characters or bytes accepted and not handed to the network; without a link, all that may have to be sent again. */
  get buffered(): number {
    return this.current === null ? this.bytes : this.current.unsent + (this.#queue?.bytes ?? 0)
  }

  /** Begins a new account. `keeps`: it survives its links. */
  begin(keeps: boolean): void {
    this.keeps = keeps
    this.positions = new Ledger(keeps ? this.setup.bounds : null)
  }

  /**
   * Speaks on `link` from now on: first what the other end has not taken, which is what follows `received`, then what
   * waits. All of it at once: an acknowledgement cannot come in between.
   */
  bind(link: Link, received: number): void {
    this.current = this.#last = link
    this.owedBytes = 0
    link.handOver(this)
    // A new link is not slow yet.
    this.#queue?.unhold()
    this.positions.acknowledge(received)
    for (const data of this.positions.after(received)) link.writeShared({ data })
    link.join()
    this.#flush(link)
    if (this.current !== link) return
    this.#live = link
    // Once those who bound it have told of it.
    if (this.#isWaiting || this.#drain !== null) Promise.resolve().then(() => this.drained())
  }

  /** Lets go of its link without a word: what it still brings has no effect. */
  release(): Link | null {
    const link = this.current
    this.current = this.#live = null
    this.setup.acks.remove(this)
    link?.handOver(NOBODY)
    return link
  }

  /** Sends one envelope, or keeps it until there is a link. @throws {WseError} what cannot be encoded, `QUEUE_FULL` */
  write(type: string, payload: Payload, stamp?: Stamp, options?: SendOptions): SendResult {
    const link = this.#live
    if (link === null || (this.keeps && !link.open)) return this.#keep(type, payload, stamp, options)
    if (!link.open) return 'dropped'
    const data = link.encode(type, payload, stamp)
    // A getter in the payload may have ended the link, or all of it.
    if (this.#live !== link) return this.#keep(type, payload, stamp, options)
    if (!this.#isSlow(link, options)) return this.#give(link, type, data, options)
    return this.#hold({ type, data, stamp, bytes: bytesOf(type, payload) !== null }, options)
  }

  /** Sends a frame encoded before, which other sessions may share. */
  writeShared(type: string, frame: SharedFrame, options?: SendOptions): SendResult {
    const link = this.#live
    const { data } = frame
    if (link?.open) {
      if (!link.takes(data)) return 'dropped'
      if (this.#isSlow(link, options)) return this.#hold({ type, data, stamp: undefined, bytes: false }, options)
      this.#count(link, type, data)
      return this.#given(type, link.writeShared(frame, options))
    }
    if (this.#ended || !(this.keeps || this.#isBinding) || options?.volatile) return 'dropped'
    if (this.#last?.takes(data) === false) return 'dropped'
    return this.#hold({ type, data, stamp: undefined, bytes: false }, options)
  }

  /** Whether what is sent now goes on its way; if not, its owner is told by `drained` when it would again. */
  takesMore(): boolean {
    const link = this.#live
    if (link !== null && !link.congested) return true
    this.#isWaiting = true
    link?.awaitDrain()
    return false
  }

  /** Resolves once nothing is buffered. Rejects with `CLOSED` if it ends first. */
  whenDrained(): Promise<void> {
    const isUnsent = this.#live === null ? this.bytes > 0 : this.#live.awaitDrain()
    if (!this.#ended && !isUnsent && this.queued === 0) return Promise.resolve()
    this.#drain ??= new Signal(() => {})
    if (this.#ended) this.#drain.end(new WseError(WSE_ERROR.CLOSED), true)
    return this.#drain.when()
  }

  /** Runs `send`: what it sends leaves together, and at once. */
  batch<Result>(send: () => Result): Result {
    return this.current === null ? send() : this.current.batch(send)
  }

  /** Whether an item of a stream may be sent now: streams never fill what keeps the session alive. */
  get hasRoom(): boolean {
    const link = this.#live
    if (link === null || !link.open || (link.backlog >= BACKLOG && link.awaitDrain())) return false
    if (!this.keeps) return true
    const { bytes, frames } = this.setup.bounds
    return this.positions.bytes * 2 < bytes && this.positions.kept * 2 < frames
  }

  /** Bytes that fit into one item, for the other end to take it. */
  get itemBytes(): number {
    return (this.#last?.outboundBytes ?? 0) - ITEM_ENVELOPE
  }

  /** Sends an item of a stream in a frame of its own; returns its size (PROTOCOL.md, P-51). @throws {WseError} */
  writeItem(payload: Payload, stamp: Stamp): number {
    const live = this.#live
    const link = live ?? this.#last
    if (link === null) return 0
    const data = link.encode(FRAME.ITEM, payload, stamp)
    // A getter in the payload may have ended the link, or all of it.
    if (this.#live !== null && this.#live === live && link.open) this.#give(link, FRAME.ITEM, data, undefined)
    else if (this.keeps && !this.#ended) this.#hold({ type: FRAME.ITEM, data, stamp, bytes: false }, undefined)
    return data.length
  }

  /** Takes back a call that was not given to a link yet; `false` if it is too late. */
  recall(stamp: Stamp): boolean {
    return this.#queue?.recall(stamp) ?? false
  }

  /** What it leaves behind, now that it ends; see {@link remainsOf}. It begins anew, with nothing waiting. */
  remains(received: number | null): Remains {
    const ledger = this.positions
    this.positions = new Ledger(null)
    const remains = remainsOf(ledger, this.#queue?.empty() ?? [], received, (data) => this.decode(data))
    // WSE 4 does not count, so nothing is known of what it was given.
    return this.#last?.version === 4 ? { ...remains, fate: () => 'unknown' } : remains
  }

  /** All that it has, to go on at another server: nothing is left here. */
  handOver(): SessionState {
    const { state } = this.positions
    this.positions = new Ledger(null)
    return { ledger: state, waiting: this.#queue?.empty() ?? [] }
  }

  /** Goes on where it was left at another server. `link`: what its other end came by; it may have been lost since. */
  takeOver({ ledger, waiting }: SessionState, link: Link): void {
    this.begin(true)
    this.#last = link
    this.positions.restore(ledger)
    if (waiting.length > 0) this.carry(waiting)
  }

  /** Reads a frame this end has encoded itself; null where the codec cannot. */
  decode(data: Data): Envelope | null {
    return decodeOwn(data, this.setup.codec, this.setup.limits)
  }

  /** What is told of its end, when nobody carries on what was not sent. */
  lossOf(why: WseReset, remains: Remains): Reset {
    return resetOf(
      why,
      remains,
      remains.unsent.map(({ data }) => this.decode(data)),
    )
  }

  /** Puts frames that a session before this one did not deliver before everything else. */
  carry(waiting: readonly Waiting[]): void {
    this.#queue ??= new Queue(this.setup)
    this.#queue.carry(waiting)
  }

  /** Ends for good: nothing more is taken. */
  end(): void {
    this.#ended = true
    this.release()
    this.#queue = null
    this.positions = new Ledger(null)
    this.#drain?.end(new WseError(WSE_ERROR.CLOSED), true)
  }

  ended(code: number, reason: string): void {
    this.release()
    this.owner.lost(code, reason)
  }

  congested(unsent: number, data: Data): void {
    this.#isWaiting = true
    this.owner.congested?.(unsent, data)
  }

  drained(): void {
    const link = this.#live
    if (link === null) return
    this.#letGo(link)
    this.owner.roomAgain?.()
    if (!link.open || link.awaitDrain()) return
    this.#drain?.emit()
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.owner.drained?.()
  }

  /** Whether it is in the midst of sending what waited, on a link it just got. */
  get #isBinding(): boolean {
    return this.current !== null && this.#live === null
  }

  /** Whether a message has to be held back. What was held back before it goes first, if there is room again. */
  #isSlow(link: Link, options: SendOptions | undefined): boolean {
    if (this.#queue?.held) this.#letGo(link)
    return isHeldBack(options) && !(this.takesMore() && !this.#queue?.held)
  }

  /** Gives what was held back to the link, for as long as that has room. */
  #letGo(link: Link): void {
    while (this.#live === link && link.open && !link.congested) {
      const held = this.#queue?.shiftHeld()
      if (held === undefined) return
      this.#give(link, held.type, held.data, undefined)
    }
  }

  #give(link: Link, type: string, data: Data, options: SendOptions | undefined): SendResult {
    this.#count(link, type, data)
    // The size of an item counts, so that it stands in no batch.
    const result = type === FRAME.ITEM ? link.writeShared({ data }) : link.write(data, options)
    return this.#given(type, result)
  }

  /** Gives a frame its position. */
  #count(link: Link, type: string, data: Data): void {
    if (link.version === 5 && type !== FRAME.VOLATILE) this.positions.add(data)
  }

  /** What has its position will be sent again if the link ended in the midst of it. */
  #given(type: string, result: SendResult): SendResult {
    return result === 'dropped' && this.keeps && type !== FRAME.VOLATILE ? 'queued' : result
  }

  #keep(type: string, payload: Payload, stamp: Stamp | undefined, options: SendOptions | undefined): SendResult {
    if (this.#ended || options?.volatile) return 'dropped'
    if (this.#last !== null && !this.keeps && !this.#isBinding) return 'dropped'
    const { codec, limits } = this.setup
    const bytes = bytesOf(type, payload) !== null
    if (bytes && !(this.#last?.takesBytes ?? codec.bytes)) {
      throw new WseError(WSE_ERROR.NOT_SUPPORTED, {}, { message: 'this protocol takes no bytes' })
    }
    const data = this.#last ? this.#last.encode(type, payload, stamp) : codec.encode(type, payload, stamp, limits)
    return this.#ended ? 'dropped' : this.#hold({ type, data, stamp, bytes }, options)
  }

  /** Keeps what cannot go now: until there is a link, or, if its policy says so, room on it. */
  #hold(waiting: Waiting, options: SendOptions | undefined): SendResult {
    this.#isWaiting = true
    this.#queue ??= new Queue(this.setup)
    const became = this.#queue.hold(waiting, options)
    if (became === 'queued' || became === 'dropped') return became
    if (became === 'unheld') {
      if (this.#live?.open) return this.#give(this.#live, waiting.type, waiting.data, options)
      if (this.#queue.wait(waiting, this.positions)) return 'queued'
    }
    this.owner.exhausted()
    return 'dropped'
  }

  #flush(link: Link): void {
    while (this.current === link && link.open) {
      const waiting = this.#queue?.shift()
      if (waiting === undefined) return
      const error = refusalOf(waiting, link)
      if (error === null) this.#give(link, waiting.type, waiting.data, undefined)
      else this.owner.refused(waiting, error)
    }
  }
}
