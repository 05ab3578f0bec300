import type { Clock, Timer } from '../clock/clock.js'
import { bytesOf } from '../codec/binary.js'
import { type Codec, isBatch } from '../codec/codec.js'
import { longerThan } from '../codec/utf8.js'
import * as WSE_CLOSE from '../codes/close.js'
import * as WSE_ERROR from '../codes/error.js'
import type { legacyClose } from '../codes/legacy-close.js'
import * as WSE_REASON from '../codes/reason.js'
import { toWseError } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { checkEnvelope, type Envelope, Malformed, type Stamp } from '../frames/envelope.js'
import { UNBATCHED_FRAMES } from '../frames/names.js'
import type { Payload } from '../frames/payload.js'
import type { LinkLimits } from '../limits/link-limits.js'
import { cutReason } from '../transport/reason.js'
import type { Data, SharedFrame, Transport } from '../transport/transport.js'
import { Outgoing } from './outgoing.js'
import type { SendOptions } from './send-options.js'

/** What became of something sent: on its way, accepted behind others (do not repeat it), or not accepted. */
export type SendResult = 'sent' | 'queued' | 'dropped'

/** What the owner of a link is told. Assigned anew as the link changes hands: first the handshake, then the peer. */
export interface LinkOwner {
  /** An envelope arrived. @throws {Malformed} closes the link with 4500 */
  receive(type: string, payload: Payload, stamp: Stamp | undefined): void
  /** The link ended, once; nothing is received after it. */
  ended(code: number, reason: string): void
  /** Something went wrong that does not end the link by itself. */
  failed(error: WseError): void
  /** A ping below the protocol was answered. */
  ponged?(): void
  /** More is unsent than the high-water mark allows. */
  congested?(unsent: number, data: Data): void
  /** What was unsent when {@link Link.awaitDrain} was called last has been handed to the network. */
  drained?(): void
}

/** Owns a link that nobody listens to: not yet, or not any more. */
export const NOBODY: LinkOwner = Object.freeze({ receive() {}, ended() {}, failed() {} })

/** What a link is made with. */
export interface LinkSetup {
  readonly codec: Codec
  readonly clock: Clock
  readonly limits: LinkLimits
  /** What a WSE 4 peer is told in place of a close code it does not know; a client sends it none. */
  readonly legacyClose?: typeof legacyClose
  /** The transport of this link is closed. */
  gone?(link: Link): void
}

/** An envelope that is handled in a later turn, and the size of its frame. */
interface Held {
  readonly envelope: Envelope
  readonly size: number
}

/** Time the other end has to answer a close before the transport is terminated, in ms. */
const CLOSE_TIMEOUT = 5_000

/**
 * One transport with the codec spoken on it: envelopes in and out, limits, and one end. Ends logically at once when
 * closed from here; {@link Link.gone} tells when the transport is really gone.
 */
export class Link {
  readonly transport: Transport
  /** Version of the wire both ends speak here; settled by the handshake. */
  version: 4 | 5 = 5
  /** Largest frame taken from the other end now; smaller before it is authenticated. */
  inboundBytes: number
  /** Largest frame the other end takes. */
  outboundBytes = Number.POSITIVE_INFINITY
  /** Characters or bytes of the frame that is being handled; of a batch, told with its first envelope. */
  frameSize = 0
  /** Characters and bytes of whole frames received so far. */
  bytesIn = 0
  readonly #setup: LinkSetup
  readonly #outgoing: Outgoing
  #owner: LinkOwner
  #held: Held[] | null = null
  #ended = false
  #closedWhileHolding: readonly [number, string] | null = null
  #closing: Timer = null
  #holding: Timer = null
  #isGone = false
  #isAwaited = false
  #gone: Promise<void> | null = null
  #tellGone: (() => void) | null = null

  constructor(transport: Transport, setup: LinkSetup, owner: LinkOwner) {
    this.transport = transport
    this.inboundBytes = setup.limits.messageBytes
    this.#setup = setup
    this.#outgoing = new Outgoing(transport, setup)
    this.#owner = owner
    this.#ended = this.#isGone = transport.state === 'closed'
    transport.onMessage = (data) => this.#take(data)
    transport.onClose = (code, reason) => this.#closed(code, reason)
    transport.onError = (cause) => this.#owner.failed(toWseError(cause, WSE_ERROR.CONNECTION_ERROR))
  }

  get codec(): Codec {
    return this.#setup.codec
  }

  get limits(): LinkLimits {
    return this.#setup.limits
  }

  /** Resolves once the transport is closed. */
  get gone(): Promise<void> {
    if (this.#gone === null) {
      this.#gone = this.#isGone
        ? Promise.resolve()
        : new Promise((resolve) => {
            this.#tellGone = resolve
          })
    }
    return this.#gone
  }

  /** Whether it can still carry frames. */
  get open(): boolean {
    return !this.#ended && this.transport.state === 'open'
  }

  /** Whether the link has ended. */
  get ended(): boolean {
    return this.#ended
  }

  /** Grows with everything that comes, part of a frame included where the transport tells. */
  get heard(): number {
    return this.bytesIn + (this.transport.bytesRead ?? 0)
  }

  /** Bytes accepted and not yet handed to the network. */
  get unsent(): number {
    return this.transport.bufferedAmount + this.#outgoing.bytes
  }

  /** The same, told at once: characters count as bytes. */
  get backlog(): number {
    return this.transport.bufferedAmount + this.#outgoing.size
  }

  /** Whether more is unsent than the high-water mark allows. */
  get congested(): boolean {
    const { highWaterBytes } = this.limits
    if (this.backlog <= highWaterBytes) return false
    // What was only waiting for the end of the turn says nothing about the network.
    this.#outgoing.release()
    return this.transport.bufferedAmount > highWaterBytes
  }

  /** Envelopes held back now. */
  get held(): number {
    return this.#held?.length ?? 0
  }

  /** Hands the link to its next owner. */
  handOver(owner: LinkOwner): void {
    this.#owner = owner
  }

  /**
   * Holds what arrives, after the `early` envelopes, until a later turn: listeners attached in this turn, or right after
   * an `await` in it, miss nothing even if the next frame came in the same chunk.
   */
  holdThisTurn(early: readonly Envelope[] = []): void {
    this.#held = early.map((envelope) => ({ envelope, size: 0 }))
    this.#holding = this.#setup.clock.setTimer(() => this.#release(), 0)
  }

  /** Encodes one envelope for this link. @throws {WseError} `UNSERIALIZABLE`, `TOO_DEEP`, `TOO_LARGE`, `NOT_SUPPORTED` */
  encode(type: string, payload: Payload, stamp?: Stamp): Data {
    if (!this.takesBytes && bytesOf(type, payload)) {
      throw new WseError(
        WSE_ERROR.NOT_SUPPORTED,
        {},
        { message: 'bytes need version 5 and a protocol that carries them' },
      )
    }
    const data = this.codec.encode(type, payload, stamp, this.limits)
    if (!this.takes(data)) throw new WseError(WSE_ERROR.TOO_LARGE, { limit: this.outboundBytes })
    return data
  }

  /** Whether the other end takes bytes as a payload. */
  get takesBytes(): boolean {
    return this.version === 5 && this.codec.bytes
  }

  /** Whether an encoded frame is small enough for the other end. */
  takes(data: Data): boolean {
    return typeof data === 'string' ? !longerThan(data, this.outboundBytes) : data.length <= this.outboundBytes
  }

  /** From now on what is written in one turn may be joined into batches, if the other end knows them. */
  join(): void {
    if (this.version === 5) this.#outgoing.join(this.outboundBytes)
  }

  /** Encodes and sends. @throws {WseError} what {@link encode} throws */
  send(type: string, payload: Payload, stamp?: Stamp, options?: SendOptions): SendResult {
    if (!this.open) return 'dropped'
    return this.write(this.encode(type, payload, stamp), options)
  }

  /** Sends a frame of the link itself, which stands in no batch. Never throws: it may be told from a timer. */
  tell(type: string, payload: Payload): void {
    try {
      if (this.open) this.#outgoing.addFrame({ data: this.encode(type, payload) })
    } catch (thrown) {
      this.#owner.failed(toWseError(thrown, WSE_ERROR.CONNECTION_ERROR))
    }
  }

  /** Sends a ping below the protocol, where the transport can. */
  ping(): void {
    this.transport.onPong ??= () => {
      this.bytesIn++
      this.#owner.ponged?.()
    }
    this.transport.ping?.()
  }

  /** Sends a frame encoded before; with others, in a batch, where envelopes may be joined. */
  write(data: Data, options?: SendOptions): SendResult {
    if (!this.#takesNow(options)) return 'dropped'
    if (options?.compress === undefined) this.#outgoing.add(data)
    else this.#outgoing.write(data, options.compress)
    return this.#sent(data)
  }

  /** Sends a frame encoded before in no batch: others may be sent the same. */
  writeShared(frame: SharedFrame, options?: SendOptions): SendResult {
    if (!this.#takesNow(options)) return 'dropped'
    if (options?.compress === undefined) this.#outgoing.addFrame(frame)
    else this.#outgoing.write(frame.data, options.compress)
    return this.#sent(frame.data)
  }

  #takesNow(options: SendOptions | undefined): boolean {
    const { transport } = this
    if (this.#ended || transport.state !== 'open') return false
    return !options?.volatile || transport.bufferedAmount <= this.limits.highWaterBytes
  }

  #sent(data: Data): SendResult {
    if (!this.congested) return 'sent'
    this.awaitDrain()
    this.#owner.congested?.(this.transport.bufferedAmount, data)
    return 'queued'
  }

  /** Sends what waits for the end of the turn; `true` if some of it stays unsent: its owner is told once none does. */
  awaitDrain(): boolean {
    this.#outgoing.release()
    const { transport } = this
    if (transport.bufferedAmount === 0) return false
    if (this.#isAwaited) return true
    this.#isAwaited = true
    transport.onDrain ??= () => this.#drained()
    transport.tellDrain?.()
    return true
  }

  /** Runs `send`: what that writes leaves together, whatever else the turn brings. May be nested. */
  batch<Result>(send: () => Result): Result {
    this.#outgoing.cork()
    try {
      return send()
    } finally {
      this.#outgoing.uncork()
    }
  }

  /** Closes, telling a WSE 4 peer what it understands. Ends the link at once. Never throws. */
  close(code: number, reason: unknown): void {
    if (this.#ended) return
    const text = cutReason(reason)
    const legacy = this.version === 4 ? this.#setup.legacyClose : undefined
    const close = legacy ? legacy(code, text) : ([code, text] as const)
    if (close === 'terminate') return this.terminate(code, text)
    // Gone already, while what it had brought was held: there is nobody to wait for.
    if (this.transport.state !== 'closed') {
      this.#outgoing.release()
      this.#closing = this.#setup.clock.setTimer(() => this.transport.terminate(), CLOSE_TIMEOUT)
      this.transport.close(close[0], cutReason(close[1]))
    }
    this.#end(close[0], close[1])
  }

  /** Tells the owner of something that went wrong with this link. */
  report(error: WseError): void {
    this.#owner.failed(error)
  }

  /** Closes as the answer to input that breaks the protocol. */
  fault(why: string): void {
    if (this.#ended) return
    this.#owner.failed(new WseError(WSE_ERROR.PROTOCOL_VIOLATION, { why }, { message: `protocol violation: ${why}` }))
    this.close(WSE_CLOSE.MALFORMED, WSE_REASON.PROTOCOL_ERR)
  }

  /** Ends without a closing handshake. */
  terminate(code: number = WSE_CLOSE.ABNORMAL, reason = ''): void {
    this.#outgoing.release()
    this.#end(code, reason)
    this.transport.terminate()
  }

  #release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const { envelope, size } of held) {
      if (this.#ended) break
      this.frameSize = size
      this.#deliver(envelope)
    }
    if (this.#closedWhileHolding !== null) this.#end(...this.#closedWhileHolding)
  }

  #take(data: Data): void {
    if (this.#ended) return
    this.bytesIn += data.length
    this.frameSize = data.length
    if (typeof data === 'string' ? longerThan(data, this.inboundBytes) : data.length > this.inboundBytes) {
      return this.fault(`a frame above ${this.inboundBytes} bytes`)
    }
    try {
      const frame = this.codec.decode(data, this.limits)
      if (isBatch(frame)) this.#takeBatch(frame)
      else this.#takeOne(frame)
    } catch (thrown) {
      this.#guard(thrown)
    }
  }

  #takeBatch(batch: readonly unknown[]): void {
    if (this.version === 4) throw new Malformed('WSE 4 knows no batches')
    for (const value of batch) {
      if (this.#ended) return
      const envelope = checkEnvelope(value, this.limits)
      if (UNBATCHED_FRAMES.includes(envelope[0])) throw new Malformed(`${envelope[0]} in a batch`)
      this.#deliver(envelope)
      this.frameSize = 0
    }
  }

  #takeOne(envelope: Envelope): void {
    if (this.#held !== null) this.#held.push({ envelope, size: this.frameSize })
    else this.#owner.receive(envelope[0], envelope[1], envelope[2])
  }

  #deliver(envelope: Envelope): void {
    try {
      this.#takeOne(envelope)
    } catch (thrown) {
      this.#guard(thrown)
    }
  }

  #guard(thrown: unknown): void {
    if (thrown instanceof Malformed) this.fault(thrown.message)
    else this.#owner.failed(toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR))
  }

  #drained(): void {
    if (!this.#isAwaited || this.#ended) return
    this.#isAwaited = false
    this.#owner.drained?.()
  }

  #closed(code: number, reason: string): void {
    this.#setup.clock.clearTimer(this.#closing)
    this.#isGone = true
    this.#tellGone?.()
    this.#setup.gone?.(this)
    // What it had sent before is still to be heard.
    if (this.#held !== null) this.#closedWhileHolding = [code, reason]
    else this.#end(code, reason)
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#held = null
    this.#setup.clock.clearTimer(this.#holding)
    this.#owner.ended(code, reason)
  }
}
