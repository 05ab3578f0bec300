import type { Clock } from '../clock/clock.js'
import type { Guard } from '../contract/guard.js'
import type { WseError } from '../error/wse-error.js'
import type { Stamp } from '../frames/envelope.js'
import type { TopicEvent } from '../frames/event.js'
import type { Payload } from '../frames/payload.js'
import type { LinkLimits } from '../limits/link-limits.js'
import type { SendResult } from '../link/link.js'
import type { SendOptions } from '../link/send-options.js'
import type { Interception } from '../middleware/interception.js'
import type { RunningCall } from './running-call.js'

/** Answers one call: with what it returns, or what that resolves to. */
export type Answer = (payload: Payload, call: RunningCall) => unknown

/** What a peer needs of the end it belongs to. */
export interface PeerHost {
  /** Sends one envelope. @throws {WseError} if it cannot be encoded or accepted */
  write(type: string, payload: Payload, stamp?: Stamp, options?: SendOptions): SendResult
  /** Sends an item of a stream; returns its size on the wire. @throws {WseError} if it cannot be encoded */
  writeItem(payload: Payload, stamp: Stamp): number
  /** Whether there is room for an item now; `Peer.roomAgain` is called when that may have changed. */
  readonly hasRoom: boolean
  /** Bytes that fit into one item, for the other end to take it. */
  readonly itemBytes: number
  /** Size of the frame that is being received. */
  readonly frameSize: number
  /** A message arrived. */
  message(type: string, payload: Payload): void
  /** What answers calls of `name`, bound to this end. */
  procedure(name: string): Answer | undefined
  /** What answers calls of the SDK itself, by its reserved name. */
  reserved?(name: string): Answer | undefined
  /** A handler or answer failed in a way only this side may know. `call`: what was being answered. */
  failed(error: WseError, call?: RunningCall): void
  /** Who takes what is said on topics. */
  readonly topics?: TopicsHost
  /** Whom own calls go to, as interceptors see it. */
  readonly conn?: unknown
  /** Takes back a frame not yet given to a link; `true` if it was still there. */
  recall?(stamp: Stamp): boolean
}

/** Takes what the other end says on topics. */
export interface TopicsHost {
  /** @throws {Malformed} */
  event(event: TopicEvent): void
  /** Of a server; a client says nothing of the kind. @throws {Malformed} */
  members?(payload: Payload): void
}

/** What a peer is made with. */
export interface PeerSetup {
  readonly side: 'client' | 'server'
  readonly clock: Clock
  readonly limits: LinkLimits
  /** Time-out of own calls in ms; 0 for none. */
  readonly timeout: number
  /** What stands around own calls. */
  readonly interception?: Interception
  /** What this end keeps of a contract. */
  readonly guard?: Guard | null
}
