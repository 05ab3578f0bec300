import { FRAME_LIMITS, type FrameLimits } from './frame-limits.js'

/** What one link may cost, at either end. */
export interface LinkLimits extends FrameLimits {
  /** Bytes of one frame, both ways; told to the other end. @default 1_048_576 */
  readonly messageBytes: number
  /** Calls of the other end that may run at once. @default 256 */
  readonly callsIn: number
  /** Own calls that may wait for an answer at once. @default 1_024 */
  readonly callsOut: number
  /** Unsent bytes from which a link counts as congested: `send` answers `'queued'`, volatile messages are dropped. @default 262_144 */
  readonly highWaterBytes: number
}

/** The limits of a link where nothing else is said. */
export const LINK_LIMITS: LinkLimits = /* @__PURE__ */ Object.freeze({
  ...FRAME_LIMITS,
  messageBytes: 1_048_576,
  callsIn: 256,
  callsOut: 1_024,
  highWaterBytes: 262_144,
})
