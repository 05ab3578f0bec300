import { NAME_BYTES } from '../frames/names.js'

/** What a single frame may be. */
export interface FrameLimits {
  /** Levels of nesting, the frame's own array included. @default 64 */
  readonly depth: number
  /** Bytes of a name: a type, a procedure, a topic. At least 32, which the protocol's own names need. @default 128 */
  readonly nameBytes: number
}

/** Least that `nameBytes` may be. */
export const LEAST_NAME_BYTES = 32

/** The limits of a frame where nothing else is said. */
export const FRAME_LIMITS: FrameLimits = /* @__PURE__ */ Object.freeze({ depth: 64, nameBytes: NAME_BYTES })
