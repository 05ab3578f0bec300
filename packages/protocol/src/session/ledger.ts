import * as WSE_RESET from '../codes/reset.js'
import type { WseReset } from '../codes/tables.js'
import type { Data } from '../transport/transport.js'
import { type Bounds, Ring } from './ring.js'

/** Frames after which an acknowledgement is due. */
const ACK_FRAMES = 64

/** What a client says of its session when it wants it back. */
export interface ResumeOffer {
  /** Last position it has taken. */
  readonly received: number
  /** First position it can still send again. */
  readonly first: number
}

/** A ledger as it goes to another server. */
export interface LedgerState {
  readonly sent: number
  readonly received: number
  readonly acknowledged: number
  /** What may have to be sent again, up to the last position sent. */
  readonly kept: readonly Data[]
}

/**
 * One end's account of a session: how many frames it sent and took, and those that may have to be sent again. Positions
 * are counted, never written into a frame, so that one encoded frame serves all who get it (PROTOCOL.md, P-41).
 */
export class Ledger {
  /** Last position sent. */
  sent = 0
  /** Last position taken. */
  received = 0
  /** Last own position the other end is known to have taken. */
  acknowledged = 0
  /** Last position the other end was told it was taken. */
  #told = 0
  #ring: Ring | null = null
  readonly #bounds: Bounds | null

  /** `bounds`: what is kept to send again; null keeps nothing. */
  constructor(bounds: Bounds | null) {
    this.#bounds = bounds
  }

  /** All of it, to go on elsewhere. */
  get state(): LedgerState {
    const { sent, received, acknowledged } = this
    return { sent, received, acknowledged, kept: this.after(acknowledged) }
  }

  /** Goes on where another left off. */
  restore({ sent, received, acknowledged, kept }: LedgerState): void {
    this.received = received
    this.acknowledged = acknowledged
    this.sent = sent - kept.length
    for (const data of kept) this.add(data)
  }

  /** First position that can still be sent again. */
  get first(): number {
    return this.#ring?.first ?? this.sent + 1
  }

  /** Frames kept. */
  get kept(): number {
    return this.#ring?.size ?? 0
  }

  /** Characters or bytes kept. */
  get bytes(): number {
    return this.#ring?.bytes ?? 0
  }

  /** Gives a frame its position. The ring is made for the first one. */
  add(data: Data): void {
    this.sent++
    if (this.#bounds === null) return
    this.#ring ??= new Ring(this.#bounds, this.sent)
    this.#ring.push(data)
  }

  /** Counts a frame that was taken; `true` if it is time to acknowledge. */
  take(): boolean {
    return ++this.received - this.#told >= ACK_FRAMES
  }

  /** Whether something taken was not acknowledged. */
  get owes(): boolean {
    return this.received > this.#told
  }

  /** Notes that the other end is being told, and of what. */
  tell(): number {
    this.#told = this.received
    return this.received
  }

  /** The other end has taken everything up to `position`; `false` if that cannot be. */
  acknowledge(position: number): boolean {
    if (position < this.acknowledged || position > this.sent) return false
    this.acknowledged = position
    this.#ring?.forget(position)
    return true
  }

  /** Why a session cannot go on from where the client says it stands; null if it can. */
  refusal(offer: ResumeOffer): WseReset | null {
    if (offer.received > this.sent || offer.received < this.acknowledged) return WSE_RESET.DESYNC
    if (offer.received < this.first - 1) return WSE_RESET.SERVER_BUFFER
    if (offer.first > this.received + 1) return WSE_RESET.CLIENT_BUFFER
    return null
  }

  /** Frames behind a position, in order. */
  after(position: number): Data[] {
    return this.#ring?.after(position) ?? []
  }
}
