import type { Data, Payload, SendOptions, SendResult, SharedFrame, WseReset } from '@wse/protocol'
import { WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WseError } from '@wse/protocol'
import {
  type Answer,
  endsSession,
  FRAME,
  type InOrder,
  type Ledger,
  type Line,
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
import { askToLeave } from '../drain/goaway.js'
import { sendPing } from '../heartbeat/probes.js'
import { MessageRate } from '../limits/message-rate.js'
import { reportSlowReader } from '../limits/slow-readers.js'
import { ServerMessage } from '../middleware/contexts.js'
import type { ServerHandling } from '../middleware/server-handling.js'
import type { Cid } from '../people/cid.js'
import type { Device, DeviceFacts, Subscriptions } from '../people/device.js'
import type { PublishesTo } from '../people/member.js'
import type { WseConnection } from '../people/people.js'
import type { PeopleElsewhere } from '../people/spread/people-elsewhere.js'
import type { Joined, Subscriber } from '../topics/topic.js'
import type { Candidate } from './resume.js'
import type { SessionBirth, SessionHost } from './session-host.js'
import type { SessionTokens } from './tokens.js'

/** What a session needs of its server. */
export type ServerSessionHost = SessionHost<ServerSession>

/** The end of a link whose reader is too slow. */
const SLOW = [WSE_CLOSE.SLOW_READER, WSE_REASON.SLOW_READER] as const

/** The end of a link of which nothing is known. */
const LOST = [WSE_CLOSE.ABNORMAL, ''] as const

/** Time calls in flight have to finish here, when a device is asked to move, in ms. */
const FINISH_WITHIN = 5_000

/** One device's session on the server: joins what survives links to the peer, and both to the connection. */
export class ServerSession implements SessionOwner, PeerHost, Device, Subscriber, Candidate, InOrder {
  readonly conn_id: string
  readonly cid: Cid
  readonly anonymous: boolean
  readonly instance: string | undefined
  readonly protocol: string
  readonly session: Session
  readonly peer: Peer
  facts: DeviceFacts
  /** `attempt` of the last hi. */
  attempt: number
  tokens: SessionTokens | null = null
  latency: number | null = null
  state: 'live' | 'suspended' | 'closed' = 'live'
  /** Whether it waited for too long; its end is about to be told. */
  overdue = false
  /** Whether its authorisation ran out and was not renewed. */
  expired = false
  line: Line | null = null
  /** What it is subscribed to; null if that was never anything. */
  joined: Joined | null = null
  lastActed = 0
  /** When that was, on the clock, where others have to know. */
  #actedAt = 0
  /** Pings that went out on this link, and were not answered yet. */
  unanswered = 0
  /** Messages, calls and items that were sent. */
  #said = 0
  readonly #born: number
  /** How the last link ended. */
  lastClose: readonly [code: number, reason: string] = LOST
  readonly #host: ServerSessionHost
  #rate: MessageRate | null = null
  /** The code this end has closed with. */
  #own: number | null = null
  #conn!: WseConnection

  constructor(birth: SessionBirth, host: ServerSessionHost) {
    const { clock, limits, timeout, acks, bounds } = host
    this.#host = host
    this.#born = clock.now()
    this.conn_id = birth.conn_id
    this.cid = birth.cid
    this.anonymous = birth.anonymous
    this.instance = birth.instance
    this.attempt = birth.attempt ?? 0
    this.facts = birth.facts
    const { codec } = birth.link
    this.protocol = codec.name
    this.session = new Session({ codec, limits, acks, bounds, refuseBeyond: null }, this)
    this.session.begin(birth.keeps)
    this.peer = new Peer(
      { side: 'server', clock, limits, timeout, interception: host.handling.interception, guard: host.guard },
      this,
    )
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
    if (type !== FRAME.RESPONSE) this.#said++
    const result = this.session.write(type, payload, stamp, options)
    if (this.state === 'suspended') this.#host.grew(this)
    return result
  }

  writeItem(payload: Payload, stamp: Stamp): number {
    return this.session.writeItem(payload, stamp)
  }

  get hasRoom(): boolean {
    return this.session.hasRoom
  }

  get itemBytes(): number {
    return this.session.itemBytes
  }

  get frameSize(): number {
    return this.session.frameSize
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
    this.peer.roomAgain()
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
    const goaway = { reason: WSE_REASON.MOVED, deadline: FINISH_WITHIN, delay: 0, to }
    if (askToLeave(this, goaway)) return
    throw new WseError(WSE_ERROR.NOT_SUPPORTED, {}, { message: 'this device cannot be asked to move now' })
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
