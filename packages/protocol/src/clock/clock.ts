/** Longest timer in ms: one of 2^31 fires at once in every runtime. */
export const LONGEST_TIMER = 2 ** 31 - 1

/** Names a timer of a {@link Clock}; opaque to everyone but the clock that made it. */
export type Timer = unknown

/**
 * Time and chance, handed in, so that a test can own both. Every duration in WSE runs on one of these.
 */
export interface Clock {
  /** Milliseconds on a clock that never goes back (not the time of day). */
  now(): number
  /** Calls `run` once after `ms` milliseconds; 0 means "in a later turn of the event loop". */
  setTimer(run: () => void, ms: number): Timer
  /** Forgets a timer; one that has run or was forgotten before is fine. */
  clearTimer(timer: Timer): void
  /** A number in [0, 1), for jitter; never for secrets. */
  random(): number
  /** Random bytes for ids and tokens. */
  randomBytes(count: number): Uint8Array
}
