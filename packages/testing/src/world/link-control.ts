import type { TransportState } from '@wse/protocol'
import type { Way } from './cargo.js'
import type { Slice } from './lane.js'

/** One of the two ends of a link. */
export type Side = 'client' | 'server'

/** One direction of a link, or both. `up` is from the client to the server. */
export type Ways = Way | 'both'

/**
 * A link of a world, in the hands of the scenario. What takes a direction and is given none takes both.
 *
 * @example
 * const link = world.link(client)
 * link.stall('down')
 * await world.advance(5_000)
 * link.heal()
 */
export interface WorldLink {
  /** Its number in the transcript, from 1. */
  readonly id: number
  /** Where one end believes the link to be. */
  state(side: Side): TransportState
  /**
   * Loses the link: both ends see 1006 at once, what was on its way is lost. With a side, only that end notices; the
   * other never does by itself.
   */
  cut(side?: Side): void
  /**
   * From now on frames of that direction are lost, those on their way included, while both sockets stay open. For good:
   * nothing follows what a stream has lost, so such a link can only be cut.
   */
  halfOpen(ways?: Ways): void
  /** Keeps frames of that direction back, in order, until {@link heal}. */
  stall(ways?: Ways): void
  /** Ends what {@link stall} did: what was kept back arrives. Does nothing while the ends are parted. */
  heal(ways?: Ways): void
  /** How long frames take from now on, each way, in ms: `ms`, and up to `jitter` more by chance. Order is kept. */
  latency(ms: number, jitter?: number): void
  /** Bandwidth from now on, each way: a frame arrives when its last slice has. `null` is without bound. */
  slice(slice: Slice | null): void
  /** Manual mode: nothing arrives by itself, and latency does not count. */
  hold(): void
  /** Ends manual mode: what waits arrives. */
  release(): void
  /**
   * Hands over the next `count` (default 1) of a direction, inside this call: frames, closes, and the two steps of
   * opening (one up, then one down). Less if less waits, or if it is stalled or the receiver sleeps or has paused.
   *
   * @returns how many were handed over
   * @throws {Error} unless the link is held
   */
  deliver(way: Way, count?: number): number
  /** How many of a direction wait to arrive. */
  waiting(way: Way): number
  /**
   * Joins the next `count` frames of a direction into one batch; fewer if fewer wait or what follows may be in no batch.
   *
   * @returns how many were joined: 0 if not even two could be
   * @throws {Error} unless the link is held
   */
  batch(way: Way, count: number): number
}
