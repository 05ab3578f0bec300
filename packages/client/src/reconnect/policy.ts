import { duration, groupOf, numberIn, type Settled } from '@wse/protocol/internal'

/** The `re` option in full: how a client comes back. */
export interface ReconnectOptions {
  /** Shortest wait, in ms. @default 250 */
  floor?: number | undefined
  /** Bound of the first wait, in ms. @default 1_000 */
  base?: number | undefined
  /** How much the bound grows each time. @default 2 */
  factor?: number | undefined
  /** Largest bound, in ms. @default 15_000 */
  cap?: number | undefined
  /** Attempts before it gives up. @default unlimited */
  attempts?: number | undefined
}

/** Time a link must have held before the next loss counts as the first again, in ms. */
export const STABLE_AFTER = 10_000

/** Reads `re`; a client that does not come back makes no attempts. @throws {WseError} `INVALID_OPTION` */
export function reconnectPolicy(given: boolean | ReconnectOptions = false): Settled<ReconnectOptions> {
  const policy = groupOf<ReconnectOptions>('re', typeof given === 'boolean' ? undefined : given, {
    floor: duration(250, 0),
    base: duration(1_000),
    factor: numberIn(2, 1, 100, 'a factor'),
    cap: duration(15_000),
    attempts: numberIn(Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY, 'a count'),
  })
  return given === false ? { ...policy, attempts: 0 } : policy
}

/**
 * Wait before attempt `attempt` (from 1): full jitter over a bound that doubles up to a cap, the jitter drawn after the
 * cap (AWS Architecture Blog, "Exponential Backoff And Jitter"), so that many clients never come back together.
 */
export function backoff(policy: Settled<ReconnectOptions>, attempt: number, random: number): number {
  const bound = Math.min(policy.cap, policy.base * policy.factor ** (attempt - 1))
  return Math.round(policy.floor + random * Math.max(0, bound - policy.floor))
}

/** Longest wait after something woke the client, in ms. */
const SOON = 500

/** A short wait, drawn so that all who were woken together do not come together. */
export function soon(random: number): number {
  return Math.round(random * SOON)
}
