import type { Bounds, Settled } from '@wse/protocol/internal'

/** How much may be kept to be sent again, or wait while there is no link. */
export interface QueueOptions {
  /** Characters or bytes in all. A quarter is left to answers, which must not be lost. @default 1_048_576 */
  bytes?: number | undefined
  /** Frames in all. A quarter is left to answers. @default 1_000 */
  frames?: number | undefined
}

/** Share of the queue that messages and calls may fill. */
const SHARE = 0.75

/** What of the queue messages and calls may fill; the rest is for answers to the server's calls. */
export function bounds({ bytes, frames }: Settled<QueueOptions>): Bounds {
  return { bytes: Math.ceil(bytes * SHARE), frames: Math.ceil(frames * SHARE) }
}
