import { bytesOf } from '../codec/binary.js'
import * as WSE_CLOSE from '../codes/close.js'
import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import * as WSE_REASON from '../codes/reason.js'
import type { WseReset } from '../codes/tables.js'
import { WseError } from '../error/wse-error.js'
import { Signal } from '../events/signal.js'
import { parseAck } from '../frames/ack.js'
import { type Envelope, hasStamp, isReserved, type Stamp } from '../frames/envelope.js'
import { parseEvent } from '../frames/event.js'
import { parsed } from '../frames/parsed.js'
import type { Payload } from '../frames/payload.js'
import { type Ping, parsePing } from '../frames/ping.js'
import { type Link, type LinkOwner, NOBODY, type SendResult } from '../link/link.js'
import { isHeldBack, type SendOptions } from '../link/send-options.js'
import type { Data, SharedFrame } from '../transport/transport.js'
import { Ledger } from './ledger.js'
import { refusalOf, type Waiting } from './outbox.js'
import type { SessionOwner, SessionSetup } from './owner.js'
import { Queue } from './queue.js'
import { decodeOwn, type Remains, remainsOf } from './remains.js'
import { type Reset, resetOf } from './reset.js'

/** Bytes taken after which an acknowledgement is due, however few frames they were. */
const ACK_BYTES = 32_768

/**
 * What outlives links: the account of what was sent and taken, and what waits. Speaks on one link at a time; without one
 * it keeps what it is given. Knows nothing of calls (that is the peer) and decides nothing about resuming.
 */
export class Session implements LinkOwner {
  /** Whether it survives a lost link. */
  keeps = false
  readonly #setup: SessionSetup
  readonly #owner: SessionOwner
  /** Made for the first frame that has to wait. */
  #queue: Queue | null = null
  /** Made for the first who asks. */
  #drain: Signal<[]> | null = null
  #ledger = new Ledger(null)
  #link: Link | null = null
  /** The link once all that waited has been sent on it: before that what is new waits, too. */
  #live: Link | null = null
  #last: Link | null = null
  /** Whether something had to wait, and its owner is to be told when nothing does any more. */
  #isWaiting = false
  #ended = false
  #toldBytes = 0

  constructor(setup: SessionSetup, owner: SessionOwner) {
    this.#setup = setup
    this.#owner = owner
  }

  /** The link it speaks on now. */
  get link(): Link | null {
    return this.#link
  }

  /** The link it speaks on, or spoke on last. */
  get lastLink(): Link | null {
    return this.#last
  }

  get ledger(): Ledger {
    return this.#ledger
  }

  /** Frames that wait for a link, or for room on it. */
  get queued(): number {
    return this.#queue?.size ?? 0
  }

  /** Characters or bytes that are kept or wait. */
  get bytes(): number {
    return this.#ledger.bytes + (this.#queue?.bytes ?? 0)
  }

  /** Characters or bytes accepted and not handed to the network; without a link, all that may have to be sent again. */
  get buffered(): number {
    return this.#link === null ? this.bytes : this.#link.unsent + (this.#queue?.bytes ?? 0)
  }

  /** Begins a new account. `keeps`: it survives its links. */
  begin(keeps: boolean): void {
    this.keeps = keeps
    this.#ledger = new Ledger(keeps ? this.#setup.bounds : null)
  }

  /**
   * Speaks on `link` from now on: first what the other end has not taken, which is what follows `received`, then what
   * waits. All of it at once: an acknowledgement cannot come in between.
   */
  bind(link: Link, received: number): void {
    this.#link = this.#last = link
    this.#toldBytes = link.bytesIn
    link.handOver(this)
    link.join()
    // A new link is not slow yet.
    this.#queue?.unhold()
    this.#ledger.acknowledge(received)
    for (const data of this.#ledger.after(received)) link.write(data)
    this.#flush(link)
    if (this.#link !== link) return
    this.#live = link
    // Once those who bound it have told of it.
    if (this.#isWaiting || this.#drain !== null) Promise.resolve().then(() => this.drained())
  }

  /** Lets go of its link without a word: what it still brings has no effect. */
  release(): Link | null {
    const link = this.#link
    this.#link = this.#live = null
    this.#setup.acks.remove(this)
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
    return this.#link === null ? send() : this.#link.batch(send)
  }

  /** Takes back a call that was not given to a link yet; `false` if it is too late. */
  recall(stamp: Stamp): boolean {
    return this.#queue?.recall(stamp) ?? false
  }

  /** What it leaves behind, now that it ends; see {@link remainsOf}. It begins anew, with nothing waiting. */
  remains(received: number | null): Remains {
    const ledger = this.#ledger
    this.#ledger = new Ledger(null)
    const remains = remainsOf(ledger, this.#queue?.empty() ?? [], received, (data) => this.decode(data))
    // WSE 4 does not count, so nothing is known of what it was given.
    return this.#last?.version === 4 ? { ...remains, fate: () => 'unknown' } : remains
  }

  /** Reads a frame this end has encoded itself; null where the codec cannot. */
  decode(data: Data): Envelope | null {
    return decodeOwn(data, this.#setup.codec, this.#setup.limits)
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
    this.#queue ??= new Queue(this.#setup)
    this.#queue.carry(waiting)
  }

  /** Ends for good: nothing more is taken. */
  end(): void {
    this.#ended = true
    this.release()
    this.#queue = null
    this.#ledger = new Ledger(null)
    this.#drain?.end(new WseError(WSE_ERROR.CLOSED), true)
  }

  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    const isCounting = this.#link?.version === 5
    if (!(isCounting && isReserved(type) && !hasStamp(stamp) && this.#uncounted(type, payload))) {
      if (isCounting) this.#take()
      this.#owner.receive(type, payload, stamp)
    }
    this.#owner.heard?.()
  }

  ponged(): void {
    this.#owner.ponged?.()
  }

  ended(code: number, reason: string): void {
    this.release()
    this.#owner.lost(code, reason)
  }

  failed(error: WseError): void {
    this.#owner.failed(error)
  }

  congested(unsent: number, data: Data): void {
    this.#isWaiting = true
    this.#owner.congested?.(unsent, data)
  }

  drained(): void {
    const link = this.#live
    if (link === null) return
    this.#letGo(link)
    if (!link.open || link.awaitDrain()) return
    this.#drain?.emit()
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#owner.drained?.()
  }

  /** Tells the other end what was taken, if it does not know. */
  acknowledge(): void {
    if (!this.#ledger.owes || !this.#link?.open) return
    this.#toldBytes = this.#link.bytesIn
    this.#link.tell(FRAME.ACK, this.#ledger.tell())
  }

  /** Acknowledges whatever was taken: how a client confirms that it has the next token. */
  confirm(): void {
    this.#link?.tell(FRAME.ACK, this.#ledger.tell())
  }

  /** Asks for a sign of life. `rtt`: how long the last one took. */
  ping(rtt: number | undefined): void {
    this.#link?.tell(FRAME.PING, { ...this.#positions(), ...(rtt === undefined ? {} : { rtt }) })
  }

  /** Positions disagree: nothing more can be promised. */
  desync(): void {
    this.#link?.close(WSE_CLOSE.DESYNC, WSE_REASON.DESYNC)
  }

  /** Whether it is in the midst of sending what waited, on a link it just got. */
  get #isBinding(): boolean {
    return this.#link !== null && this.#live === null
  }

  #positions(): Ping {
    return { sent: this.#ledger.sent, received: this.#ledger.tell() }
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
    return this.#given(type, link.write(data, options))
  }

  /** Gives a frame its position. */
  #count(link: Link, type: string, data: Data): void {
    if (link.version === 5 && type !== FRAME.VOLATILE) this.#ledger.add(data)
  }

  /** What has its position will be sent again if the link ended in the midst of it. */
  #given(type: string, result: SendResult): SendResult {
    return result === 'dropped' && this.keeps && type !== FRAME.VOLATILE ? 'queued' : result
  }

  #keep(type: string, payload: Payload, stamp: Stamp | undefined, options: SendOptions | undefined): SendResult {
    if (this.#ended || options?.volatile) return 'dropped'
    if (this.#last !== null && !this.keeps && !this.#isBinding) return 'dropped'
    const { codec, limits } = this.#setup
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
    this.#queue ??= new Queue(this.#setup)
    const became = this.#queue.hold(waiting, options)
    if (became === 'queued' || became === 'dropped') return became
    if (became === 'unheld') {
      if (this.#live?.open) return this.#give(this.#live, waiting.type, waiting.data, options)
      if (this.#queue.wait(waiting, this.#ledger)) return 'queued'
    }
    this.#owner.exhausted()
    return 'dropped'
  }

  #flush(link: Link): void {
    while (this.#link === link && link.open) {
      const waiting = this.#queue?.shift()
      if (waiting === undefined) return
      const error = refusalOf(waiting, link)
      if (error === null) this.#give(link, waiting.type, waiting.data, undefined)
      else this.#owner.refused(waiting, error)
    }
  }

  #take(): void {
    const ledger = this.#ledger
    const due = ledger.take()
    if (!this.keeps) return
    if (due || (this.#link as Link).bytesIn - this.#toldBytes >= ACK_BYTES) this.acknowledge()
    else if (ledger.owes) this.#setup.acks.add(this)
  }

  /** Frames of the link, and what is not worth repeating; `false` for a frame that counts. @throws {Malformed} */
  #uncounted(type: string, payload: Payload): boolean {
    switch (type) {
      case FRAME.ACK:
        if (this.#ledger.acknowledge(parsed(type, parseAck(payload)))) this.#owner.acknowledged?.()
        else this.desync()
        return true
      case FRAME.PING:
        if (this.#owner.pinged === undefined) this.#owner.notice(type, payload)
        else this.#pong(parsed(type, parsePing(payload)))
        return true
      case FRAME.PONG:
        if (this.#owner.ponged === undefined) this.#owner.notice(type, payload)
        else if (this.#agrees(parsed(type, parsePing(payload)))) this.#owner.ponged()
        return true
      case FRAME.VOLATILE:
        this.#owner.receive(type, payload, undefined)
        return true
      case FRAME.EVENT:
        if (parsed(type, parseEvent(payload)).offset === undefined) return false
        this.#owner.receive(type, payload, undefined)
        return true
      default:
        this.#owner.notice(type, payload)
        return true
    }
  }

  /** Links keep order, so the other end's positions must be what is counted here (P-37). */
  #agrees({ sent, received }: Ping): boolean {
    if (sent !== this.#ledger.received || !this.#ledger.acknowledge(received)) {
      this.desync()
      return false
    }
    return true
  }

  #pong(ping: Ping): void {
    if (!this.#agrees(ping)) return
    this.#link?.tell(FRAME.PONG, this.#positions())
    this.#owner.pinged?.(ping.rtt ?? null)
  }
}
