import type { Clock, Timer } from '@wse/protocol'
import type { Way } from './cargo.js'
import type { NetworkLink } from './network-link.js'

/** Faults by chance. Each is drawn for each link that is alive, `every` so many ms. */
export interface ShakeOptions {
  /** Chance that a link is lost, in [0, 1]. @default 0 */
  readonly cut?: number | undefined
  /** Chance that a link goes half-open, one way or both, in [0, 1]. @default 0 */
  readonly halfOpen?: number | undefined
  /** Chance that a link stalls, one way or both, in [0, 1]; each time after it heals with chance ½. @default 0 */
  readonly stall?: number | undefined
  /** Time between two draws, in ms. @default 1_000 */
  readonly every?: number | undefined
  /** Time until it ends by itself, in ms. @default until `calm()` */
  readonly for?: number | undefined
}

/** What faults happen to. */
export interface Shaken {
  readonly clock: Clock
  readonly chance: () => number
  readonly links: Iterable<NetworkLink>
  calm(): void
}

const WAYS: readonly (Way | 'both')[] = ['up', 'down', 'both']

/** Applies faults until told to stop. */
export function shake(options: ShakeOptions, world: Shaken): () => void {
  const { every = 1_000, for: time = Number.POSITIVE_INFINITY } = options
  if (!(every > 0)) throw new RangeError(`faults come every so many ms, not every ${every}`)
  const { clock } = world
  const end = clock.now() + time
  let timer: Timer = null
  function wait(): void {
    timer = clock.setTimer(draw, Math.min(every, Math.max(0, end - clock.now())))
  }
  function draw(): void {
    if (clock.now() >= end) return world.calm()
    for (const link of world.links) if (link.alive && !link.broken) disturb(link, options, world.chance)
    wait()
  }
  wait()
  return () => clock.clearTimer(timer)
}

function disturb(link: NetworkLink, options: ShakeOptions, chance: () => number): void {
  const { cut = 0, halfOpen = 0, stall = 0 } = options
  const draw = chance()
  const ways = WAYS[Math.floor(chance() * WAYS.length)]
  if (draw < cut) link.cut()
  else if (draw < cut + halfOpen) link.halfOpen(ways)
  else if (link.stalled && chance() < 0.5) link.heal()
  else if (draw < cut + halfOpen + stall) link.stall(ways)
}
