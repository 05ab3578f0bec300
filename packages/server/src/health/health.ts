import type { BackplaneState, BackplaneStats } from '@wse/protocol/backplane'

/** How a server is. */
export interface Health {
  /** Whether it is there for those who are connected: until it is closed. */
  readonly live: boolean
  /** Whether clients may be sent here: it is not closed, drains nobody, is switched on, and knows the other servers. */
  readonly ready: boolean
  /** Whether it moves everyone off, before it closes. */
  readonly draining: boolean
  /** Links of any kind. */
  readonly links: number
  /** What joins it to other servers; null where it is alone. */
  readonly backplane: BackplaneHealth | null
}

/** How it is with what joins a server to others. */
export interface BackplaneHealth {
  /** Names this server among them. */
  readonly node: string
  readonly state: BackplaneState
  /** Servers that are here, this one included. */
  readonly nodes: number
  /** What it has done so far. */
  readonly stats: BackplaneStats
}

/** What health is read off. */
export interface HealthParts {
  readonly isClosed: boolean
  readonly isDraining: boolean
  readonly isEnabled: boolean
  readonly links: number
  readonly backplane: {
    readonly node: string
    readonly state: BackplaneState
    readonly nodes: ReadonlySet<string>
    readonly stats: BackplaneStats
  } | null
}

/** How a server is now. */
export function healthOf({ isClosed, isDraining, isEnabled, links, backplane }: HealthParts): Health {
  const isJoined = backplane === null || backplane.state !== 'starting'
  return {
    live: !isClosed,
    // What joins it may be out of reach for all servers alike: to send nobody to any of them would help nobody.
    ready: !isClosed && !isDraining && isEnabled && isJoined,
    draining: isDraining,
    links,
    backplane: backplane && {
      node: backplane.node,
      state: backplane.state,
      nodes: backplane.nodes.size,
      stats: backplane.stats,
    },
  }
}
