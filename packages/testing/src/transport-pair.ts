import type { Clock } from '@wse/protocol'
import { jsonCodec, systemClock } from '@wse/protocol/wire'
import { MemoryEnd } from './memory-end.js'
import type { LogEntry, MemoryTransport } from './memory-transport.js'

/** What {@link createTransportPair} may be given. */
export interface TransportPairOptions {
  /** Where `delay` and the opening take their time from. @default the clock of the machine */
  readonly clock?: Clock | undefined
  /** How long a frame takes, in ms, either way; each end's own can be set later. 0 is "by microtask". @default 0 */
  readonly delay?: number | undefined
  /** The subprotocol both ends see. @default 'wse-default-json' */
  readonly protocol?: string | undefined
  /** Begins in state `connecting` and opens both ends in a later turn. @default false */
  readonly connecting?: boolean | undefined
  /** What is sent in one turn travels together, in batches, as on a real socket. @default false */
  readonly batches?: boolean | undefined
}

/** Both ends of an in-memory link, what was written on it, and the scissors. */
export type TransportPair = readonly [a: MemoryTransport, b: MemoryTransport] & {
  /** What either end did, in order; `from` says who. */
  readonly log: readonly LogEntry[]
  /** Loses the link: both ends see 1006 at once, what was on its way is lost. */
  cut(): void
}

/**
 * Creates two transports that are each other's other end, in memory. Nothing arrives inside the call that sent it, and
 * what arrives before `onMessage` is assigned is kept until it is.
 *
 * @example
 * const [a, b] = createTransportPair({ clock, delay: 20 })
 * server.accept(a, { headers: {} })
 * const client = new WseClient({ transport: () => b, clock })
 */
export function createTransportPair(options: TransportPairOptions = {}): TransportPair {
  const { clock = systemClock, delay = 0, protocol = jsonCodec.name, connecting = false, batches = false } = options
  const log: LogEntry[] = []
  const setup = { clock, delay, protocol, connecting, batches, log }
  const a = new MemoryEnd('a', setup)
  const b = new MemoryEnd('b', setup)
  a.join(b)
  if (connecting) clock.setTimer(() => openBoth(a, b), 0)
  return Object.assign([a, b] as const, { log, cut: () => a.cut() })
}

function openBoth(a: MemoryEnd, b: MemoryEnd): void {
  a.open()
  b.open()
}
