import { type Data, type Payload, type SendResult, WSE_CLOSE, WSE_ERROR, WSE_REASON } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import { FRAME, hasStamp, type LinkLimits, type Peer, type Session, type Stamp } from '@wse/protocol/internal'
import type { Codec } from '@wse/protocol/wire'
import type { Relayed, Relays } from './relays.js'
import type { RelayAbout, Stay } from './stay.js'

/** A session, as far as something of it is at another server. */
export interface Spread {
  readonly conn_id: string
  /** How many servers it was at before. */
  readonly stay: number
  readonly peer: Peer
  readonly session: Session
  readonly codec: Codec
  readonly limits: LinkLimits
}

/** Bytes of items that may be on their way to the server the session is at. */
const ON_THEIR_WAY = 65_536

/** Frames that belong to a call under way. */
const OF_CALLS: ReadonlySet<string> = new Set([
  FRAME.RESPONSE,
  FRAME.RESPONSE_ERR,
  FRAME.CANCEL,
  FRAME.ITEM,
  FRAME.END,
  FRAME.CREDIT,
])

/**
 * What of a session is at another server: all but the calls that are under way here, once it has gone there; or the calls
 * that are under way where it came from. Their frames go between the two, so that each call ends as it would have.
 */
export class Afar implements Relayed {
  /** Size of the frame of the client that is being handled. */
  frameSize = 0
  readonly #session: Spread
  readonly #relays: Relays
  /** Where it has gone; null while it is here. */
  #to: NodeId | null = null
  /** Where it came from, and what is under way there. */
  #from: NodeId | null = null
  readonly #stamps: Set<Stamp> = new Set()
  /** Bytes of items on their way to where it has gone. */
  #sent = 0
  /** Bytes of items that came, and there was no room for more. */
  #owed = 0

  constructor(session: Spread, relays: Relays) {
    this.#session = session
    this.#relays = relays
    relays.add(this.#here, this)
  }

  /** Whether the session has gone. */
  get isGone(): boolean {
    return this.#to !== null
  }

  /** Calls that are under way where it came from. */
  get stamps(): readonly Stamp[] {
    return [...this.#stamps]
  }

  /** Whether one more item may be sent to where it has gone. */
  get hasRoom(): boolean {
    return this.#sent < ON_THEIR_WAY
  }

  /** It came from there, where these calls are under way. */
  cameFrom(node: NodeId, stamps: readonly Stamp[]): void {
    this.#from = node
    for (const stamp of stamps) this.#stamps.add(stamp)
  }

  /** It goes there; calls that are under way stay. */
  goesTo(node: NodeId): void {
    this.#to = node
    if (this.#owed > 0) this.#back({ is: 'taken', size: this.#owed })
    this.#owed = 0
    // It may have been of no use for a while.
    this.#relays.add(this.#here, this)
    // What waited for room on the link here waits for it on the way there now.
    this.#session.peer.roomAgain()
  }

  /**
   * Sends an envelope to the client, by where that is now; no new call, whose stamp might be one of there.
   *
   * @throws {WseError} what cannot be encoded
   */
  write(type: string, payload: Payload, stamp: Stamp | undefined): SendResult {
    if (hasStamp(stamp) && !OF_CALLS.has(type)) return 'dropped'
    const { codec, limits } = this.#session
    this.#forward(type, codec.encode(type, payload, stamp, limits), stamp)
    return 'sent'
  }

  /** The same for an item; returns its size. @throws {WseError} what cannot be encoded */
  writeItem(payload: Payload, stamp: Stamp): number {
    const { codec, limits } = this.#session
    const data = codec.encode(FRAME.ITEM, payload, stamp, limits)
    this.#sent += data.length
    this.#forward(FRAME.ITEM, data, stamp)
    return data.length
  }

  /** Passes on a frame of the client that belongs to a call where it came from; `false` if it is for here. */
  takes(type: string, payload: Payload, stamp: Stamp | undefined): boolean {
    if (!hasStamp(stamp) || !OF_CALLS.has(type) || !this.#stamps.has(stamp) || this.#from === null) return false
    const size = this.isGone ? this.frameSize : this.#session.session.frameSize
    this.#back({ is: 'in', type, stamp, size }, [this.#relays.write(payload)])
    if (type === FRAME.RESPONSE || type === FRAME.RESPONSE_ERR || type === FRAME.CANCEL) this.#over(stamp)
    return true
  }

  /** A frame for the client, of a call where it came from. */
  relayed(type: string, data: Data, stamp: Stamp | undefined): void {
    if (hasStamp(stamp) && type !== FRAME.ITEM && type !== FRAME.END && type !== FRAME.CREDIT) this.#over(stamp)
    if (this.isGone) return this.#forward(type, data, stamp)
    const { session, peer } = this.#session
    const result = session.writeShared(type, { data })
    const isAnswer = type === FRAME.RESPONSE || type === FRAME.RESPONSE_ERR
    if (result === 'dropped' && isAnswer && hasStamp(stamp)) peer.refuse(stamp, WSE_ERROR.TOO_LARGE, '')
    if (type !== FRAME.ITEM) return
    this.#owed += data.length
    this.roomAgain()
  }

  /** A frame of the client, of a call that stayed here. */
  received(type: string, payload: Payload, stamp: Stamp | undefined, size: number): void {
    this.frameSize = size
    if (!this.takes(type, payload, stamp)) this.#session.peer.receive(type, payload, stamp)
    this.#look()
  }

  /** Items have been taken where it has gone. */
  taken(bytes: number): void {
    const own = Math.min(bytes, this.#sent)
    this.#sent -= own
    // The rest was of where it came from, and only passed by.
    if (bytes > own) this.#back({ is: 'taken', size: bytes - own })
    this.#session.peer.roomAgain()
  }

  /** There may be room again for items of where it came from. */
  roomAgain(): void {
    if (this.#owed === 0 || this.#from === null || !this.#session.session.hasRoom) return
    this.#back({ is: 'taken', size: this.#owed })
    this.#owed = 0
  }

  /** The session ended here: what is under way where it came from has nobody to answer to. */
  end(code: number, reason: string): void {
    if (this.#stamps.size > 0) this.#back({ is: 'over', end: [code, reason] })
    this.#stamps.clear()
    this.#from = null
    this.#look()
  }

  /** The session ended where it has gone. */
  ended(node: NodeId, code: number, reason: string): void {
    if (node === this.#to) this.#give(code, reason)
  }

  /** A node is gone, or, null, frames were lost: what waits for one from there would wait for ever. */
  lost(node: NodeId | null): void {
    if (this.#to !== null && (node === null || node === this.#to)) {
      if (node === null) this.#on({ is: 'lost' })
      this.#give(WSE_CLOSE.MOVED, WSE_REASON.MOVED)
    }
    if (this.#from === null || (node !== null && node !== this.#from)) return
    if (node === null && this.#stamps.size > 0) this.#back({ is: 'over', end: [WSE_CLOSE.MOVED, WSE_REASON.MOVED] })
    this.lostBefore()
  }

  lostBefore(): void {
    for (const stamp of this.#stamps) this.#session.peer.disown(stamp)
    this.#stamps.clear()
    this.#look()
  }

  #give(code: number, reason: string): void {
    const { peer } = this.#session
    peer.end(code, reason, () => 'unknown')
    this.end(code, reason)
    this.#relays.remove(this.#here, this)
  }

  get #here(): Stay {
    const { conn_id, stay } = this.#session
    return { id: conn_id, stay }
  }

  /** To where it came from. */
  #back(about: Omit<RelayAbout, keyof Stay>, parts: readonly Data[] = []): void {
    const { id, stay } = this.#here
    if (this.#from !== null) this.#relays.send(this.#from, { id, stay: stay - 1, ...about }, parts)
  }

  /** To where it has gone. */
  #on(about: Omit<RelayAbout, keyof Stay>, parts: readonly Data[] = []): void {
    const { id, stay } = this.#here
    if (this.#to !== null) this.#relays.send(this.#to, { id, stay: stay + 1, ...about }, parts)
  }

  #forward(type: string, data: Data, stamp: Stamp | undefined): void {
    if (this.#to === null) return
    this.#on({ is: 'out', type, stamp }, [data])
    this.#look()
  }

  #over(stamp: Stamp): void {
    if (this.#stamps.delete(stamp)) this.#look()
  }

  /** Nothing is under way any more on the one side, and the other: it is of no more use. */
  #look(): void {
    const { peer } = this.#session
    if (this.#stamps.size > 0 || (this.isGone && peer.pending + peer.running > 0)) return
    this.#relays.remove(this.#here, this)
    if (this.isGone) peer.end(WSE_CLOSE.MOVED, WSE_REASON.MOVED, () => 'unknown')
  }
}
