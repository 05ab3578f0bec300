import type { Clock } from '../clock/clock.js'
import type { WseError } from '../error/wse-error.js'
import type { Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import type { LinkLimits } from '../limits/link-limits.js'
import type { SendResult } from '../link/link.js'
import type { SendOptions } from '../link/send-options.js'

/** What a peer needs of the end it belongs to. */
export interface PeerHost {
  /** Sends one envelope. @throws {WseError} if it cannot be encoded or accepted */
  write(type: string, payload: Payload, stamp?: Stamp, options?: SendOptions): SendResult
  /** A message arrived. */
  message(type: string, payload: Payload): void
  /** What answers calls of `name`, bound to this end. */
  procedure(name: string): ((payload: Payload) => unknown) | undefined
  /** What answers calls of the SDK itself, by its reserved name. */
  reserved?(name: string): ((payload: Payload) => unknown) | undefined
  /** A handler or answer failed in a way only this side may know. */
  failed(error: WseError): void
  /** Takes back a frame not yet given to a link; `true` if it was still there. */
  recall?(stamp: Stamp): boolean
}

/** What a peer is made with. */
export interface PeerSetup {
  readonly side: 'client' | 'server'
  readonly clock: Clock
  readonly limits: LinkLimits
  /** Time-out of own calls in ms; 0 for none. */
  readonly timeout: number
}
