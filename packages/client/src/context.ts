import type { Payload, WseStream } from '@wse/protocol'
import type { Channel, Link, Signals } from '@wse/protocol/internal'
import type { ClientEvents } from './events.js'
import type { ClientHandling } from './middleware/client-handling.js'
import type { ClientSettings } from './options.js'

/** Answers a challenge: by calling `solve` once, at once or later. */
export type ChallengeSolver = (quest: Payload, solve: (answer: Payload) => void) => unknown

/** What all parts of one client share: its settings, and what comes from the application later. */
export interface Context extends ClientSettings {
  readonly signals: Signals<ClientEvents>
  readonly channel: Channel<[payload: Payload]>
  /** Who takes the streams the server opens. */
  readonly streams: Channel<[stream: WseStream, meta: Payload]>
  readonly handling: ClientHandling
  /** Links whose transport is not gone yet. */
  readonly links: Set<Link>
  solver: ChallengeSolver | null
}
