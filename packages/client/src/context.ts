import type { Payload, WseError, WseStream } from '@wse/protocol'
import { Channel, type Link, Signals, toWseError } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import { CLIENT_EVENTS, type ClientEvents } from './events.js'
import { type ClientHandling, clientHandling } from './middleware/client-handling.js'
import { type ClientSettings, clientSettings, type WseClientOptions } from './options.js'
import { Topics } from './topics/topics.js'

/** Answers a challenge: by calling `solve` once, at once or later. */
export type ChallengeSolver = (quest: Payload, solve: (answer: Payload) => void) => unknown

/** What all parts of one client share: its settings, and what comes from the application later. */
export interface Context extends ClientSettings {
  readonly signals: Signals<ClientEvents>
  readonly channel: Channel<[payload: Payload]>
  /** Who takes the streams the server opens. */
  readonly streams: Channel<[stream: WseStream, meta: Payload]>
  readonly handling: ClientHandling
  readonly topics: Topics
  /** Links whose transport is not gone yet. */
  readonly links: Set<Link>
  solver: ChallengeSolver | null
}

/** Reads the options, and makes what is shared. @throws {WseError} `INVALID_OPTION`, `NOT_SUPPORTED` */
export function createContext(options: WseClientOptions): Context {
  const report = (thrown: unknown, args: readonly unknown[]) => {
    const error = toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR)
    handling.note(error, args[1])
    failed(error)
  }
  const signals = new Signals<ClientEvents>(CLIENT_EVENTS, report)
  const failed = (error: WseError) => signals.emit('error', error)
  const channel = new Channel<[payload: Payload]>(report)
  const streams = new Channel<[stream: WseStream, meta: Payload]>((thrown, [stream]) => {
    // Nobody else would: whoever opened it would wait for ever.
    ;(stream as WseStream).abort(thrown)
    report(thrown, [])
  })
  const settings = clientSettings(options)
  const handling = clientHandling({ ...settings, channel, signals })
  const topics = new Topics({ ...settings, signals })
  return { ...settings, signals, channel, streams, handling, topics, links: new Set(), solver: null }
}
