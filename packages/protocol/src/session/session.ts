import { bytesOf } from '../codec/binary.js'
import type { Codec } from '../codec/codec.js'
import * as WSE_CLOSE from '../codes/close.js'
import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import * as WSE_REASON from '../codes/reason.js'
import type { WseReset } from '../codes/tables.js'
import { WseError } from '../error/wse-error.js'
import { parseAck } from '../frames/ack.js'
import { type Envelope, hasStamp, isReserved, type Stamp } from '../frames/envelope.js'
import { parseEvent } from '../frames/event.js'
import { parsed } from '../frames/parsed.js'
import type { Payload } from '../frames/payload.js'
import { type Ping, parsePing } from '../frames/ping.js'
import type { LinkLimits } from '../limits/link-limits.js'
import { type Link, type LinkOwner, NOBODY, type SendOptions, type SendResult } from '../link/link.js'
import type { Data, SharedFrame } from '../transport/transport.js'
import type { AckTicker } from './ack-ticker.js'
import { Ledger } from './ledger.js'
import { isAnswer, Outbox, type Waiting } from './outbox.js'
import { decodeOwn, type Remains, remainsOf } from './remains.js'
import { type Reset, resetOf } from './reset.js'
import type { Bounds } from './ring.js'

/** Bytes taken after which an acknowledgement is due, however few frames they were. */
const ACK_BYTES = 32_768

/** Characters and bytes not yet handed to the network from which items of streams wait: calls must not queue behind them. */
const BACKLOG = 65_536

/** What a session needs of the end it belongs to. */
export interface SessionOwner {
  /** A frame of the conversation arrived. @throws {Malformed} closes the link with 4500 */
  receive(type: string, payload: Payload, stamp: Stamp | undefined): void
  /** A frame about the link arrived that is none of the session's business. @throws {Malformed} */
  notice(type: string, payload: Payload): void
  /** Its link ended. */
  lost(code: number, reason: string): void
  /** Something went wrong that does not end it. */
  failed(error: WseError): void
  /** What waited for a link cannot go on the one that came. */
  refused(waiting: Waiting, error: WseError): void
  /** What has to wait for a link is more than may; there is no room for what must not be lost. */
  exhausted(): void
  /** The other end acknowledged something on this link, be it nothing new. */
  acknowledged?(): void
  /** A frame of any kind was handled. */
  heard?(): void
  /** A ping was answered; only who pings is told. */
  ponged?(): void
  /** The other end pinged; only who is pinged is told. It may say how long the answer to its last one took, in ms. */
  pinged?(rtt: number | null): void
  /** More is unsent than the high-water mark allows. */
  congested?(unsent: number, data: Data): void
}

/** What a session is made with. */
export interface SessionSetup {
  readonly codec: Codec
  readonly limits: LinkLimits
  readonly acks: AckTicker
  /** What may be kept, or wait for a link, in all. */
  readonly bounds: Bounds
  /** What of that messages and calls may fill; answers may have all of it. Beyond it they are refused. */
  readonly refuseBeyond: Bounds | null
}

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
  #outbox: Outbox | null = null
  #ledger = new Ledger(null)
  #link: Link | null = null
  /** The link once all that waited has been sent on it: before that what is new waits, too. */
  #live: Link | null = null
  #last: Link | null = null
  #ended = false
  /** Bytes of frames that were taken and not acknowledged. */
  #owedBytes = 0

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

  /** Frames that wait for a link. */
  get queued(): number {
    return this.#outbox?.size ?? 0
  }

  /** Characters or bytes that are kept or wait. */
  get bytes(): number {
    return this.#ledger.bytes + (this.#outbox?.bytes ?? 0)
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
    this.#owedBytes = 0
    link.handOver(this)
    this.#ledger.acknowledge(received)
    for (const data of this.#ledger.after(received)) link.writeShared({ data })
    link.join()
    this.#flush(link)
    if (this.#link === link) this.#live = link
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
    if (link === null || (this.keeps && !link.open)) return this.#queue(type, payload, stamp, options)
    if (!link.open) return 'dropped'
    const data = link.encode(type, payload, stamp)
    // A getter in the payload may have ended the link, or all of it.
    if (this.#live !== link) return this.#queue(type, payload, stamp, options)
    return this.#give(link, type, data, options)
  }

  /** Sends a frame encoded before, which other sessions may share. */
  writeShared(type: string, frame: SharedFrame, options?: SendOptions): SendResult {
    const link = this.#live
    const { data } = frame
    if (link?.open) {
      if (!link.takes(data)) return 'dropped'
      this.#count(link, type, data)
      return this.#given(type, link.writeShared(frame, options))
    }
    if (this.#ended || !(this.keeps || this.#isBinding) || options?.volatile || !this.#takes(data)) return 'dropped'
    return this.#wait({ type, data, stamp: undefined, bytes: false })
  }

  /** Whether an item of a stream may be sent now: streams never fill what keeps the session alive. */
  get hasRoom(): boolean {
    const link = this.#live
    if (link === null || !link.open) return false
    if (!this.keeps) return true
    const { bytes, frames } = this.#setup.bounds
    return link.backlog < BACKLOG && this.#ledger.bytes * 2 < bytes && this.#ledger.kept * 2 < frames
  }

  /** Size of the frame that is being received. */
  get frameSize(): number {
    return this.#link?.frameSize ?? 0
  }

  /** Sends an item of a stream in a frame of its own; returns its size (PROTOCOL.md, P-51). @throws {WseError} */
  writeItem(payload: Payload, stamp: Stamp): number {
    const live = this.#live
    const link = live ?? this.#last
    if (link === null) return 0
    const data = link.encode(FRAME.ITEM, payload, stamp)
    // A getter in the payload may have ended the link, or all of it.
    if (this.#live !== null && this.#live === live && link.open) this.#give(link, FRAME.ITEM, data, undefined)
    else if (this.keeps && !this.#ended) this.#wait({ type: FRAME.ITEM, data, stamp, bytes: false })
    return data.length
  }

  /** Takes back a call that was not given to a link yet; `false` if it is too late. */
  recall(stamp: Stamp): boolean {
    return this.#outbox?.recall(stamp) ?? false
  }

  /** What it leaves behind, now that it ends; see {@link remainsOf}. It begins anew, with nothing waiting. */
  remains(received: number | null): Remains {
    const ledger = this.#ledger
    this.#ledger = new Ledger(null)
    const remains = remainsOf(ledger, this.#outbox?.empty() ?? [], received, (data) => this.decode(data))
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
    const all = [...waiting, ...(this.#outbox?.empty() ?? [])]
    this.#outbox ??= new Outbox()
    for (const frame of all) this.#outbox.push(frame)
  }

  /** Ends for good: nothing more is taken. */
  end(): void {
    this.#ended = true
    this.release()
    this.#outbox = null
    this.#ledger = new Ledger(null)
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
    this.#owner.congested?.(unsent, data)
  }

  /** Tells the other end what was taken, if it does not know. */
  acknowledge(): void {
    if (!this.#ledger.owes || !this.#link?.open) return
    this.#owedBytes = 0
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

  #give(link: Link, type: string, data: Data, options: SendOptions | undefined): SendResult {
    this.#count(link, type, data)
    // The size of an item counts, so that it stands in no batch.
    const result = type === FRAME.ITEM ? link.writeShared({ data }) : link.write(data, options)
    return this.#given(type, result)
  }

  /** Gives a frame its position. */
  #count(link: Link, type: string, data: Data): void {
    if (link.version === 5 && type !== FRAME.VOLATILE) this.#ledger.add(data)
  }

  /** What has its position will be sent again if the link ended in the midst of it. */
  #given(type: string, result: SendResult): SendResult {
    return result === 'dropped' && this.keeps && type !== FRAME.VOLATILE ? 'queued' : result
  }

  #queue(type: string, payload: Payload, stamp: Stamp | undefined, options: SendOptions | undefined): SendResult {
    if (this.#ended || options?.volatile) return 'dropped'
    if (this.#last !== null && !this.keeps && !this.#isBinding) return 'dropped'
    const { codec, limits } = this.#setup
    const bytes = bytesOf(type, payload) !== null
    if (bytes && !(this.#last?.takesBytes ?? codec.bytes)) {
      throw new WseError(WSE_ERROR.NOT_SUPPORTED, {}, { message: 'this protocol takes no bytes' })
    }
    const data = this.#last ? this.#last.encode(type, payload, stamp) : codec.encode(type, payload, stamp, limits)
    return this.#ended ? 'dropped' : this.#wait({ type, data, stamp, bytes })
  }

  #wait(waiting: Waiting): SendResult {
    const { refuseBeyond, bounds } = this.#setup
    if (refuseBeyond !== null && !isAnswer(waiting.type) && !this.#hasRoom(waiting.data, refuseBeyond)) {
      throw new WseError(WSE_ERROR.QUEUE_FULL, { certainty: 'not-sent', ...bounds })
    }
    const hasRoom = this.#hasRoom(waiting.data, bounds)
    this.#outbox ??= new Outbox()
    this.#outbox.push(waiting)
    if (hasRoom) return 'queued'
    // With what there is no room for among what is told as not sent: a call in it must not pass for delivered.
    this.#owner.exhausted()
    return 'dropped'
  }

  #hasRoom(data: Data, bounds: Bounds): boolean {
    return this.#ledger.kept + this.queued < bounds.frames && this.bytes + data.length <= bounds.bytes
  }

  #takes(data: Data): boolean {
    return this.#last?.takes(data) ?? true
  }

  #flush(link: Link): void {
    while (this.#link === link && link.open) {
      const waiting = this.#outbox?.shift()
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
    this.#owedBytes += this.frameSize
    if (due || this.#owedBytes >= ACK_BYTES) this.acknowledge()
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
    this.#owner.acknowledged?.()
    return true
  }

  #pong(ping: Ping): void {
    if (!this.#agrees(ping)) return
    this.#link?.tell(FRAME.PONG, this.#positions())
    this.#owner.pinged?.(ping.rtt ?? null)
  }
}

/** Why a frame encoded before the link was known cannot go on it, if it cannot. */
function refusalOf({ type, data, bytes }: Waiting, link: Link): WseError | null {
  const certainty = 'not-sent'
  if (link.version === 4 && isReserved(type)) {
    return new WseError(WSE_ERROR.NOT_SUPPORTED, { certainty }, { message: 'a WSE 4 peer does not know this' })
  }
  if (bytes && !link.takesBytes) {
    return new WseError(WSE_ERROR.NOT_SUPPORTED, { certainty }, { message: 'this peer takes no bytes' })
  }
  if (link.takes(data)) return null
  return new WseError(WSE_ERROR.TOO_LARGE, { limit: link.outboundBytes, certainty })
}
