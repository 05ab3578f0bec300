import { count, duration, groupOf, invalidOption, type Settled } from '@wse/protocol/internal'

/** How sessions survive lost links. */
export interface ResumeOptions {
  /** Milliseconds a session waits for its client. @default 120_000 */
  window?: number | undefined
  /** Characters or bytes a session keeps to send again, or holds for a client that is away. @default 262_144 */
  bytes?: number | undefined
  /** Frames a session keeps, or holds. @default 1_000 */
  frames?: number | undefined
  /** Sessions that may wait for their clients at once; beyond it the oldest ends. @default 10_000 */
  suspended?: number | undefined
  /** Characters or bytes all waiting sessions may hold; beyond it the oldest ends. @default 67_108_864 */
  suspendedBytes?: number | undefined
  /** Waiting sessions of one user; beyond it the oldest ends. @default 5 */
  perIdentity?: number | undefined
}

/** Reads the `resume` option; null where sessions end with their links. @throws {WseError} `INVALID_OPTION` */
export function resumeOption(given: boolean | ResumeOptions | undefined): Settled<ResumeOptions> | null {
  if (given === false) return null
  if (given !== undefined && given !== true && typeof given !== 'object')
    throw invalidOption('resume', 'takes false or an object')
  return groupOf<ResumeOptions>('resume', given === true ? undefined : given, {
    window: duration(120_000),
    bytes: count(262_144),
    frames: count(1_000),
    suspended: count(10_000),
    suspendedBytes: count(67_108_864),
    perIdentity: count(5),
  })
}
