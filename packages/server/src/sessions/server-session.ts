import type { Data, Payload, SendOptions, SendResult, SharedFrame, WseError, WseReset } from '@wse/protocol'
import { WSE_CLOSE, WSE_REASON, WSE_RESET } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import {
  type Answer,
  type Codec,
  endsSession,
  FRAME,
  type InOrder,
  type Ledger,
  type Link,
  Malformed,
  Peer,
  type PeerHost,
  type RunningCall,
  resetReasonOf,
  Session,
  type SessionOwner,
  type Stamp,
  type TopicEvent,
  type TopicsHost,
  type Waiting,
} from '@wse/protocol/internal'
import { askToMove } from '../drain/goaway.js'
import { sendPing } from '../heartbeat/probes.js'
import { MessageRate } from '../limits/message-rate.js'
import type { ServerLimits } from '../limits/server-limits.js'
import { reportSlowReader } from '../limits/slow-readers.js'
import { ServerMessage } from '../middleware/contexts.js'
import type { ServerHandling } from '../middleware/server-handling.js'
import type { Device, Subscriptions } from '../people/device.js'
import type { PublishesTo } from '../people/member.js'
import type { WseConnection } from '../people/people.js'
import type { PeopleElsewhere } from '../people/spread/people-elsewhere.js'
import type { Subscriber } from '../topics/topic.js'
import { Afar } from './moving/afar.js'
import type { Relays } from './moving/relays.js'
import type { Arrived, MovedSession } from './moving/state.js'
import type { Candidate } from './resume.js'
import type { SessionBirth, SessionHost } from './session-host.js'
import { SessionRecord } from './session-record.js'

/** What a session needs of its server. */
export type ServerSessionHost = SessionHost<ServerSession>

/** The end of a link whose reader is too slow. */
const SLOW = [WSE_CLOSE.SLOW_READER, WSE_REASON.SLOW_READER] as const

/** One device's session on the server: joins what survives links to the peer, and both to the connection. */
export class ServerSession
  extends SessionRecord
  implements SessionOwner, PeerHost, Device, Subscriber, Candidate, InOrder
{
  /** What it is written in. */
  readonly codec: Codec
  readonly session: Session
  readonly peer: Peer
  /** When it acted last, on the clock, where others have to know. */
  #actedAt = 0
  /** Messages, calls and items that were sent. */
  #said = 0
  #born: number
  /** What of it is at another server; null if nothing is. */
  #afar: Afar | null = null
  readonly #host: ServerSessionHost
  #rate: MessageRate | null = null
  /** The code this end has closed with. */
  #own: number | null = null
  #conn!: WseConnection

  constructor(birth: SessionBirth, host: ServerSessionHost) {
    super(birth)
    const { clock, limits, timeout, acks, bounds, handling, guard } = host
    const { codec } = birth
    this.#host = host
    this.#born = clock.now()
    this.codec = codec
    this.session = new Session({ codec, limits, acks, bounds, refuseBeyond: null }, this)
    this.session.begin(birth.keeps)
    const { interception } = handling
    this.peer = new Peer({ side: 'server', clock, limits, timeout, interception, guard }, this)
  }

  /** It comes from another server, and goes on here. `link`: what its client came by. */
  arrive({ stay, state, nextStamp, underWay, age, node }: Arrived, link: Link, relays: Relays): void {
    this.#born -= age
    this.stay = stay + 1
    this.hasMoved = true
    this.state = 'suspended'
    this.isArriving = true
    this.session.takeOver(state, link)
    this.peer.version = link.version
    this.peer.beginAt(nextStamp)
    if (underWay.length === 0) return
    this.#afar = new Afar(this, relays)
    this.#afar.cameFrom(node, underWay)
  }

  /** Goes on at another server; calls that are under way stay here, and are answered by way of that. */
  handOver(to: NodeId, relays: Relays): Omit<MovedSession, 'heard' | 'order' | 'gone'> {
    const { conn_id, cid, anonymous, instance, stay, age } = this
    const { stamps, nextStamp } = this.peer.underWay
    const underWay = [...stamps, ...(this.#afar?.stamps ?? [])]
    const state = this.session.handOver()
    this.state = 'closed'
    this.#letGo()
    const link = this.session.release()
    // Whoever still has its connection is told that nothing goes by that any more.
    this.session.end()
    link?.close(WSE_CLOSE.SUPERSEDED, WSE_REASON.SUPERSEDED)
    if (underWay.length === 0) this.peer.end(WSE_CLOSE.MOVED, WSE_REASON.MOVED, () => 'unknown')
    else {
      this.#afar ??= new Afar(this, relays)
      this.#afar.goesTo(to)
    }
    const reset = { reason: WSE_RESET.CLOSED, unknown: [], notSent: [], unlisted: 0 }
    const end = { code: WSE_CLOSE.MOVED, reason: WSE_REASON.MOVED, reset, taken: state.ledger.received }
    this.#host.ended(this, end)
    return { conn_id, cid, anonymous, instance, stay, state, nextStamp, underWay, age }
  }

  /** The name of that. */
  get protocol(): string {
    return this.codec.name
  }

  get limits(): ServerLimits {
    return this.#host.limits
  }

  /** The connection the application sees. */
  get conn(): WseConnection {
    return this.#conn
  }

  /** What it is subscribed to, to be added to. */
  get subscriptions(): Subscriptions {
    return this.#host.subscriptionsOf(this)
  }

  get version(): number {
    return this.peer.version
  }

  get topics(): TopicsHost {
    return { event: (event) => this.#told(event) }
  }

  get publisher(): PublishesTo {
    return this.#host.publisher
  }

  get elsewhere(): PeopleElsewhere | null {
    return this.#host.elsewhere
  }

  get handling(): ServerHandling {
    return this.#host.handling
  }

  set conn(conn: WseConnection) {
    this.#conn = conn
  }

  get ledger(): Ledger {
    return this.session.ledger
  }

  get bytes(): number {
    return this.session.bytes
  }

  get age(): number {
    return this.#host.clock.now() - this.#born
  }

  get idle(): number {
    return this.#host.clock.now() - this.#actedAt
  }

  /** Another number whenever a message or call passed, either way. */
  get activity(): number {
    return this.lastActed + this.#said
  }

  /** Whether a call or stream is under way, either way. */
  get busy(): boolean {
    return this.peer.pending + this.peer.running > 0
  }

  /** Whether reading is held up here, so that silence proves nothing. */
  get paused(): boolean {
    return this.#rate?.paused ?? false
  }

  /** Speaks on `link`, after a client that has taken everything up to `received`. */
  bind(link: Link, received: number): void {
    this.isArriving = false
    const { clock, limits } = this.#host
    this.state = 'live'
    this.peer.version = link.version
    this.unanswered = 0
    this.#acted()
    this.#rate = limits.messageRate ? new MessageRate(clock, link, limits.messageRate) : null
    this.session.bind(link, received)
    this.peer.roomAgain()
  }

  /** Takes the session off its link: what that still brings has no effect. */
  fence(): void {
    this.#letGo()
    this.session.release()?.close(WSE_CLOSE.SUPERSEDED, WSE_REASON.SUPERSEDED)
  }

  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    if (this.#afar?.takes(type, payload, stamp)) return
    this.peer.receive(type, payload, stamp)
  }

  /** Charged afterwards: a frame that counts is handled, even the one that was too many. */
  heard(): void {
    this.#rate?.take()
  }

  notice(type: string): void {
    throw new Malformed(`${type} is not for a server`)
  }

  write(type: string, payload: Payload, stamp?: Stamp, options?: SendOptions): SendResult {
    if (this.#afar?.isGone) return this.#afar.write(type, payload, stamp)
    if (type !== FRAME.RESPONSE) this.#said++
    const result = this.session.write(type, payload, stamp, options)
    if (this.state === 'suspended') this.#host.grew(this)
    return result
  }

  writeItem(payload: Payload, stamp: Stamp): number {
    return (this.#afar?.isGone ? this.#afar : this.session).writeItem(payload, stamp)
  }

  get hasRoom(): boolean {
    return (this.#afar?.isGone ? this.#afar : this.session).hasRoom
  }

  get itemBytes(): number {
    return this.session.itemBytes
  }

  get frameSize(): number {
    return (this.#afar?.isGone ? this.#afar : this.session).frameSize
  }

  writeShared(type: string, frame: SharedFrame, options?: SendOptions): SendResult {
    this.#said++
    const result = this.session.writeShared(type, frame, options)
    if (this.state === 'suspended') this.#host.grew(this)
    return result
  }

  recall(stamp: Stamp): boolean {
    const recalled = this.session.recall(stamp)
    if (recalled && this.state === 'suspended') this.#host.grew(this)
    return recalled
  }

  message(type: string, payload: Payload): void {
    this.#acted()
    const { handling, clock, channel } = this.#host
    if (!handling.plain) handling.take(new ServerMessage(clock, this.#conn, type, payload), this)
    else if (!channel.emit(type, this.#conn, payload)) this.#host.ignored(this.#conn, type, payload)
  }

  procedure(name: string): Answer | undefined {
    this.#acted()
    const handler = this.#host.handling.procedures.get(name)
    return handler && ((payload, call) => handler(this.#conn, payload, call))
  }

  reserved(name: string): Answer | undefined {
    return this.#host.reserved(this, name)
  }

  congested(unsent: number, data: Data): void {
    const { link } = this.session
    if (link !== null) this.#host.slowReaders.congested(link, unsent, data)
  }

  roomAgain(): void {
    this.peer.roomAgain()
    this.#afar?.roomAgain()
  }

  drained(): void {
    this.#host.drained(this)
  }

  overrun(waiting: number): void {
    if (waiting > this.#host.limits.callsIn) this.session.link?.close(WSE_CLOSE.RATE, WSE_REASON.RATE)
  }

  failed(error: WseError, call?: RunningCall): void {
    this.#host.handling.note(error, call)
    this.#host.failed(error, this.#conn)
  }

  refused({ stamp }: Waiting, error: WseError): void {
    if (stamp === undefined) this.#host.failed(error, this.#conn)
    else this.peer.abandon(stamp, error)
  }

  acknowledged(): void {
    this.hasMoved = false
    this.roomAgain()
    this.#host.confirmed(this)
  }

  ponged(): void {
    if (this.unanswered > 0) this.unanswered--
    this.#host.ponged(this)
  }

  /** A buffer that is full costs the session, never anyone else. */
  exhausted(): void {
    const { link } = this.session
    if (link !== null) reportSlowReader(link)
    this.end(...(link === null ? this.lastClose : SLOW), WSE_RESET.SERVER_BUFFER)
  }

  lost(code: number, reason: string): void {
    this.#letGo()
    this.lastClose = [code, reason]
    if (!this.session.keeps || endsSession(code)) return this.end(code, reason, this.#reasonOf(code))
    this.state = 'suspended'
    this.#host.suspended(this)
  }

  ping(): boolean {
    return sendPing(this)
  }

  probe(): Promise<number> {
    return this.#host.probes.ask(this)
  }

  move(to: string): void {
    askToMove(this, to)
  }

  supersede(): void {
    this.end(WSE_CLOSE.SUPERSEDED, WSE_REASON.SUPERSEDED, WSE_RESET.SUPERSEDED)
  }

  /** Closes its link with a code that says what becomes of it; without one, it just ends. */
  close(code: number, reason: string): void {
    this.#own = code
    const { link } = this.session
    if (link !== null) link.close(code, reason)
    else if (endsSession(code)) this.end(code, reason, this.#reasonOf(code))
  }

  /** Ends for good, and tells. `received`: the last position the client says it has taken. */
  end(code: number, reason: string, why: WseReset = WSE_RESET.CLOSED, received: number | null = null): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.#letGo()
    const taken = this.session.ledger.received
    const remains = this.session.remains(received)
    const link = this.session.release()
    this.session.end()
    link?.close(code, reason)
    this.peer.end(code, reason, remains.fate)
    this.#afar?.end(code, reason)
    this.#host.ended(this, { code, reason, reset: this.session.lossOf(why, remains), taken })
  }

  /** All else it says of topics it asks for. */
  #told(event: TopicEvent): void {
    if (!event.volatile || event.offset !== undefined) throw new Malformed('an event of a client is volatile')
    this.#host.told(this, event)
  }

  /** A client may close with any code, and cannot say that it was revoked. */
  #reasonOf(code: number): WseReset {
    return code === WSE_CLOSE.DESYNC || code === this.#own ? resetReasonOf(code) : WSE_RESET.CLOSED
  }

  #acted(): void {
    this.lastActed = ++this.#host.acts
    if (this.#host.elsewhere !== null) this.#actedAt = this.#host.clock.now()
  }

  #letGo(): void {
    this.#rate?.stop()
    this.#rate = null
    if (this.session.lastLink !== null) this.#host.slowReaders.forget(this.session.lastLink)
  }
}
