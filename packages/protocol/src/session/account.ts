import * as WSE_CLOSE from '../codes/close.js'
import * as FRAME from '../codes/frame.js'
import * as WSE_REASON from '../codes/reason.js'
import type { WseError } from '../error/wse-error.js'
import { parseAck } from '../frames/ack.js'
import { hasStamp, isReserved, type Stamp } from '../frames/envelope.js'
import { isCounted, parseEvent } from '../frames/event.js'
import { parsed } from '../frames/parsed.js'
import type { Payload } from '../frames/payload.js'
import { type Ping, parsePing } from '../frames/ping.js'
import type { Link } from '../link/link.js'
import { Ledger } from './ledger.js'
import type { SessionOwner, SessionSetup } from './owner.js'

/** Bytes taken after which an acknowledgement is due, however few frames they were. */
const ACK_BYTES = 32_768

/** The receiving half of a session: what was taken, and what both ends say of it. */
export abstract class Account {
  /** Whether it survives a lost link. */
  keeps = false
  protected readonly setup: SessionSetup
  protected readonly owner: SessionOwner
  protected current: Link | null = null
  protected positions = new Ledger(null)
  /** Bytes of frames that were taken and not acknowledged. */
  protected owedBytes = 0

  constructor(setup: SessionSetup, owner: SessionOwner) {
    this.setup = setup
    this.owner = owner
  }

  /** The link it speaks on now. */
  get link(): Link | null {
    return this.current
  }

  get ledger(): Ledger {
    return this.positions
  }

  /** Size of the frame that is being received. */
  get frameSize(): number {
    return this.current?.frameSize ?? 0
  }

  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    const isCounting = this.current?.version === 5
    if (!(isCounting && isReserved(type) && !hasStamp(stamp) && this.#uncounted(type, payload))) {
      if (isCounting) this.#take()
      this.owner.receive(type, payload, stamp)
    }
    this.owner.heard?.()
  }

  ponged(): void {
    this.owner.ponged?.()
  }

  failed(error: WseError): void {
    this.owner.failed(error)
  }

  /** Tells the other end what was taken, if it does not know. */
  acknowledge(): void {
    if (!this.positions.owes || !this.current?.open) return
    this.owedBytes = 0
    this.current.tell(FRAME.ACK, this.positions.tell())
  }

  /** Acknowledges whatever was taken: how a client confirms that it has the next token. */
  confirm(): void {
    this.current?.tell(FRAME.ACK, this.positions.tell())
  }

  /** Asks for a sign of life. `rtt`: how long the last one took. */
  ping(rtt: number | undefined): void {
    this.current?.tell(FRAME.PING, { ...this.#said(), ...(rtt === undefined ? {} : { rtt }) })
  }

  /** Positions disagree: nothing more can be promised. */
  desync(): void {
    this.current?.close(WSE_CLOSE.DESYNC, WSE_REASON.DESYNC)
  }

  #said(): Ping {
    return { sent: this.positions.sent, received: this.positions.tell() }
  }

  #take(): void {
    const ledger = this.positions
    const due = ledger.take()
    if (!this.keeps) return
    this.owedBytes += this.frameSize
    if (due || this.owedBytes >= ACK_BYTES) this.acknowledge()
    else if (ledger.owes) this.setup.acks.add(this)
  }

  /** Frames of the link, and what is not worth repeating; `false` for a frame that counts. @throws {Malformed} */
  #uncounted(type: string, payload: Payload): boolean {
    switch (type) {
      case FRAME.ACK:
        if (this.positions.acknowledge(parsed(type, parseAck(payload)))) this.owner.acknowledged?.()
        else this.desync()
        return true
      case FRAME.PING:
        if (this.owner.pinged === undefined) this.owner.notice(type, payload)
        else this.#pong(parsed(type, parsePing(payload)))
        return true
      case FRAME.PONG:
        if (this.owner.ponged === undefined) this.owner.notice(type, payload)
        else if (this.#agrees(parsed(type, parsePing(payload)))) this.owner.ponged()
        return true
      case FRAME.VOLATILE:
      case FRAME.MEMBERS:
        this.owner.receive(type, payload, undefined)
        return true
      case FRAME.EVENT:
        if (isCounted(parsed(type, parseEvent(payload)))) return false
        this.owner.receive(type, payload, undefined)
        return true
      default:
        this.owner.notice(type, payload)
        return true
    }
  }

  /** Links keep order, so the other end's positions must be what is counted here (P-37). */
  #agrees({ sent, received }: Ping): boolean {
    if (sent !== this.positions.received || !this.positions.acknowledge(received)) {
      this.desync()
      return false
    }
    this.owner.acknowledged?.()
    return true
  }

  #pong(ping: Ping): void {
    if (!this.#agrees(ping)) return
    this.current?.tell(FRAME.PONG, this.#said())
    this.owner.pinged?.(ping.rtt ?? null)
  }
}
