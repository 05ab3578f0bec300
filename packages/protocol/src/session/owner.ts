import type { Codec } from '../codec/codec.js'
import type { WseError } from '../error/wse-error.js'
import type { Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import type { LinkLimits } from '../limits/link-limits.js'
import type { Data } from '../transport/transport.js'
import type { AckTicker } from './ack-ticker.js'
import type { Waiting } from './outbox.js'
import type { Bounds } from './ring.js'

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
  /** There may be room for items of streams again; also once something is {@link acknowledged}. */
  roomAgain?(): void
  /** A frame of any kind was handled. */
  heard?(): void
  /** A ping was answered; only who pings is told. */
  ponged?(): void
  /** The other end pinged; only who is pinged is told. It may say how long the answer to its last one took, in ms. */
  pinged?(rtt: number | null): void
  /** More is unsent than the high-water mark allows. */
  congested?(unsent: number, data: Data): void
  /** After something had to wait: all of it has been handed to the network, and there is room again. */
  drained?(): void
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
