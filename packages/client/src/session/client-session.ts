import type { Payload, Reset, SendOptions, SendResult, Timer, WseError, WseReset } from '@wse/protocol'
import {
  AckTicker,
  type Answer,
  acceptStream,
  type Codec,
  type Envelope,
  IncomingMessage,
  type InOrder,
  type Line,
  type Link,
  losesMessages,
  mayComeBack,
  messagesIn,
  Peer,
  type PeerHost,
  type RunningCall,
  resetOf,
  resetReasonOf,
  Session,
  type SessionOwner,
  STREAM,
  type Stamp,
  type TopicsHost,
  toWseError,
  type Waiting,
} from '@wse/protocol/internal'
import * as WSE_CLOSE from '@wse/protocol/internal/close'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as WSE_REASON from '@wse/protocol/internal/reason'
import * as WSE_RESET from '@wse/protocol/internal/reset'
import type { Ready } from '../attempt/outcome.js'
import type { Context } from '../context.js'
import type { Procedure } from '../middleware/client-handling.js'
import { bounds } from './queue-options.js'
import { OWN_WILL, UNTOLD } from './reset-reasons.js'
import type { Resume } from './resume.js'
import { unsentError } from './unsent.js'

/** Who a session belongs to: told what happens to it. */
export interface ClientSessionOwner {
  /** A frame about the link arrived: `~wse:goaway`, `~wse:expiring`. @throws {Malformed} */
  notice(session: ClientSession, type: string, payload: Payload): void
  failed(error: WseError): void
  /** The server asked for a sign of life, and may have said how long the last one took. */
  pinged(session: ClientSession, rtt: number | null): void
  /** Its link ended; `reset` tells if the session did, and what that cost. */
  lost(session: ClientSession, code: number, reason: string, reset: Reset | null): void
  /** What had to wait was handed to the network. */
  drained(session: ClientSession): void
  /** It gave itself up: what had to be kept was more than may be. */
  gaveUp(reset: Reset): void
}

/**
 * A conversation with one server: a peer, and the session it speaks through. It may begin without a link; what is said
 * then waits. Where the server keeps it, it outlives its links, and where it cannot, says what that cost.
 */
export class ClientSession implements SessionOwner, PeerHost, InOrder {
  readonly peer: Peer
  readonly topics: TopicsHost
  line: Line | null = null
  readonly #session: Session
  readonly #setup
  readonly #acks: AckTicker
  /** Messages that cannot go on the link that came. */
  readonly #refusals: { readonly envelope: Envelope | null; readonly error: WseError }[] = []
  readonly #context: Context
  readonly #owner: ClientSessionOwner
  #token: string | null = null
  /** Whom the server took the client for. */
  #cid: string | number | null = null
  /** Last position a server that went away said it had taken. */
  #final: number | null = null
  #lastClose: readonly [code: number, reason: string] = [WSE_CLOSE.ABNORMAL, '']
  #leaving = false
  #timer: Timer = null
  #ended = false

  constructor(context: Context, owner: ClientSessionOwner) {
    const { clock, limits, timeout, queue, codecs, handling, guard } = context
    this.#context = context
    this.#owner = owner
    this.#acks = new AckTicker(clock)
    this.#setup = { codec: codecs[0] as Codec, limits, acks: this.#acks, bounds: queue, refuseBeyond: bounds(queue) }
    this.#session = new Session(this.#setup, this)
    this.topics = context.topics.of(this)
    this.peer = new Peer({ side: 'client', clock, limits, timeout, interception: handling.interception, guard }, this)
  }

  /** Frames that wait for a link, or for room on it. */
  get queued(): number {
    return this.#session.queued
  }

  /** Characters or bytes kept to be sent again, or waiting for a link. */
  get bytes(): number {
    return this.#session.bytes
  }

  /** Whether it owes the server an acknowledgement. */
  get owes(): number {
    return this.#acks.size
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.#ended
  }

  /** The link it speaks on. */
  get link(): Link | null {
    return this.#session.link
  }

  /** Whether it outlives its link. */
  get keeps(): boolean {
    return this.#session.keeps
  }

  /** Bytes accepted and not yet handed to the network. */
  get buffered(): number {
    return this.#session.buffered
  }

  /** What it is written in: the codec agreed on, or the first there is. */
  get codec(): Codec {
    return this.#setup.codec
  }

  /** What may be offered: what is kept to be sent again is encoded. */
  get codecs(): readonly Codec[] {
    return this.#token === null ? this.#context.codecs : [this.codec]
  }

  /** What to ask the server for; undefined where there is nothing to resume. */
  get resume(): Resume | undefined {
    if (this.#token === null) return undefined
    const { received, first } = this.#session.ledger
    return { token: this.#token, received, first }
  }

  /** Why it cannot go on with what a server would resume, as a close; null if it can, or if it begins anew. */
  refusal({ session, resume }: Ready): readonly [code: number, reason: string] | null {
    if (session === null || !session.resumed) return null
    // Given up while it was being resumed: what is lost is lost, and was told.
    if (this.#token !== resume?.token) return [WSE_CLOSE.NORMAL, WSE_RESET.QUEUE_FULL]
    const { first, sent, acknowledged } = this.#session.ledger
    const { received } = session
    const possible = received >= Math.max(first - 1, acknowledged) && received <= sent
    return possible ? null : [WSE_CLOSE.DESYNC, WSE_REASON.DESYNC]
  }

  /** Speaks on a link from now on: first what the server did not take, and what waits, in order. */
  bind({ link, session, anonymous }: Ready): Reset | null {
    link.version = session === null ? 4 : 5
    const { resumed = false, received = 0, reason } = session ?? {}
    const carries = anonymous || (session !== null && session.cid === this.#cid)
    const reset = resumed || this.#token === null ? null : this.#reset(reason, received, carries)
    this.#speak(link.codec)
    this.#cid = session?.cid ?? null
    this.#token = session?.token ?? null
    this.#final = null
    if (session !== null) {
      link.outboundBytes = session.limit
      this.peer.callerTimeout(session.timeout)
    }
    this.peer.version = link.version
    link.holdThisTurn()
    if (!resumed) this.#session.begin(this.#token !== null)
    this.#session.bind(link, resumed ? received : 0)
    if (resumed) this.#session.confirm()
    this.peer.roomAgain()
    return this.#withRefusals(reset)
  }

  /** What was to be carried on, and the new server does not take, is lost with the session; else it is told by itself. */
  #withRefusals(reset: Reset | null): Reset | null {
    const refusals = this.#refusals.splice(0)
    if (reset === null) {
      for (const { error } of refusals) this.#owner.failed(error)
      return null
    }
    const lost = refusals.map(({ envelope }) => envelope)
    return { ...reset, notSent: [...reset.notSent, ...messagesIn(lost)] }
  }

  /** What waits was written before the codec was agreed on: if that is another one, it is written anew. */
  #speak(codec: Codec): void {
    if (codec === this.codec) return
    const waiting = this.#session.remains(null).unsent.flatMap((frame) => this.#rewritten(frame, codec) ?? [])
    this.#setup.codec = codec
    this.#session.carry(waiting)
  }

  #rewritten(frame: Waiting, codec: Codec): Waiting | null {
    try {
      const [type, payload, stamp] = this.#session.decode(frame.data) as Envelope
      return { ...frame, data: codec.encode(type, payload, stamp, this.#context.limits) }
    } catch (thrown) {
      this.refused(frame, toWseError(thrown, WSE_ERROR.UNSERIALIZABLE))
      return null
    }
  }

  /** The server says what cannot be: nothing it kept can be gone on with. */
  desync(): Reset | null {
    if (this.#token === null) return null
    this.#token = null
    return this.#reset(WSE_RESET.DESYNC, null, true)
  }

  /** The server went, having taken everything up to `received`. */
  final(received: number): void {
    this.#final = received
  }

  /** Ends on purpose, and closes its link. Tells what was never sent. */
  close(code: number, reason: string, why: WseReset = WSE_RESET.CLOSED): Reset | null {
    const { link } = this.#session
    const reset = this.#end(code, reason, why, link === null ? this.#final : null)
    link?.close(code, reason)
    return reset
  }

  /** Lets calls in flight finish, for `ms` at most, then closes: for a client that has moved on. */
  leave(ms: number): void {
    this.#leaving = true
    this.#timer = this.#context.clock.setTimer(() => this.#left(), ms)
    this.#closeIfDone()
  }

  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    this.peer.receive(type, payload, stamp)
    if (this.#leaving) this.#closeIfDone()
  }

  notice(type: string, payload: Payload): void {
    this.#owner.notice(this, type, payload)
  }

  pinged(rtt: number | null): void {
    this.#owner.pinged(this, rtt)
  }

  write(type: string, payload: Payload, stamp?: Stamp, options?: SendOptions): SendResult {
    const result = this.#session.write(type, payload, stamp, options)
    if (this.#leaving) Promise.resolve().then(() => this.#closeIfDone())
    return result
  }

  writeItem(payload: Payload, stamp: Stamp): number {
    return this.#session.writeItem(payload, stamp)
  }

  get hasRoom(): boolean {
    return this.#session.hasRoom
  }

  get itemBytes(): number {
    return this.#session.itemBytes
  }

  get frameSize(): number {
    return this.#session.frameSize
  }

  recall(stamp: Stamp): boolean {
    return this.#session.recall(stamp)
  }

  message(type: string, payload: Payload): void {
    const { handling, clock, channel, signals } = this.#context
    if (!handling.plain) handling.take(new IncomingMessage(clock, type, payload), this)
    else if (!channel.emit(type, payload)) signals.emit('ignored', type, payload)
  }

  procedure(name: string): Procedure | undefined {
    return this.#context.handling.procedures.get(name)
  }

  reserved(name: string): Answer | undefined {
    if (name !== STREAM) return undefined
    const { streams } = this.#context
    return (payload, call) => acceptStream(payload, call, (stream) => streams.emit(stream.name, stream, stream.meta))
  }

  overrun(waiting: number): void {
    if (waiting > this.#context.limits.callsIn) this.link?.close(WSE_CLOSE.RATE, WSE_REASON.RATE)
  }

  failed(error: WseError, call?: RunningCall): void {
    this.#context.handling.note(error, call)
    this.#owner.failed(error)
  }

  refused({ stamp, data }: Waiting, error: WseError): void {
    if (stamp === undefined) this.#refusals.push({ envelope: this.#session.decode(data), error })
    else this.peer.abandon(stamp, error)
  }

  acknowledged(): void {
    this.peer.roomAgain()
    if (this.#leaving) this.#closeIfDone()
  }

  roomAgain(): void {
    this.peer.roomAgain()
  }

  drained(): void {
    if (this.#leaving) this.#closeIfDone()
    this.#owner.drained(this)
  }

  whenDrained(): Promise<void> {
    return this.#session.whenDrained()
  }

  batch<Result>(send: () => Result): Result {
    return this.#session.batch(send)
  }

  /** Answers must not be lost, so the session is: for good, whatever comes of an attempt to resume it. */
  exhausted(): void {
    const reset = this.#reset(WSE_RESET.QUEUE_FULL, null, true)
    this.#token = null
    this.#owner.gaveUp(reset)
  }

  lost(code: number, reason: string): void {
    this.#lastClose = [code, reason]
    if (this.#ended) return
    const survives = this.#session.keeps && !this.#leaving && mayComeBack(code)
    if (survives) return this.#owner.lost(this, code, reason, code === WSE_CLOSE.DESYNC ? this.desync() : null)
    const why = this.#leaving ? WSE_RESET.JUMP : resetReasonOf(code)
    this.#owner.lost(this, code, reason, this.#end(code, reason, why, this.#final))
  }

  /** Ends for good: every call rejects, and what messages were lost is told. */
  #end(code: number, reason: string, why: WseReset, received: number | null): Reset | null {
    if (this.#ended) return null
    this.#ended = true
    this.#context.clock.clearTimer(this.#timer)
    const { keeps, link } = this.#session
    const calls = this.peer.pending
    const remains = this.#session.remains(received)
    this.#session.end()
    this.peer.end(code, reason, remains.fate)
    if (!keeps) {
      const error = unsentError(remains)
      if (error !== null) this.#owner.failed(error)
      return null
    }
    // What a healthy link was given arrives before the close.
    const arrives = why === WSE_RESET.CLOSED && link !== null
    const reset = this.#session.lossOf(why, arrives ? { ...remains, unknown: [], unlisted: 0 } : remains)
    return !OWN_WILL.has(why) || calls > 0 || losesMessages(reset) ? reset : null
  }

  /**
   * The session is over, the conversation is not: what was certainly not taken goes on in the next one. Unless that is
   * somebody else's, who is not to say what this user said.
   */
  #reset(why: string | undefined, received: number | null, carries: boolean): Reset {
    const reason = (why ?? WSE_RESET.UNKNOWN_SESSION) as WseReset
    const told = received === null || UNTOLD.has(reason) ? this.#final : received
    const remains = this.#session.remains(told)
    const fate = (stamp: Stamp) => {
      const certainty = remains.fate(stamp)
      return certainty === 'not-sent' && carries ? 'goes-on' : certainty
    }
    this.peer.end(...this.#lastClose, fate, carries)
    if (!carries) return this.#session.lossOf(reason, remains)
    this.#session.carry(remains.unsent)
    return resetOf(reason, remains, [])
  }

  /** Nothing is left that this link alone can bring: no call either way, and no frame the server may not have taken. */
  #closeIfDone(): void {
    if (this.#ended || this.peer.pending > 0 || this.peer.running > 0 || this.queued > 0) return
    const { acknowledged, sent } = this.#session.ledger
    if (this.#session.keeps && acknowledged < sent) return
    this.#left()
  }

  #left(): void {
    const reset = this.close(WSE_CLOSE.MOVED, WSE_REASON.MOVED, WSE_RESET.JUMP)
    this.#owner.lost(this, WSE_CLOSE.MOVED, WSE_REASON.MOVED, reset)
  }
}
