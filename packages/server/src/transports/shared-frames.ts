import type { SharedFrame } from '@wse/protocol'
import { textFrame } from './text-frame.js'

/** Where a frame keeps what is written of it. */
const WIRE = Symbol('wse.wire')
/** Where the last frame of a run keeps what is written of all of it. */
const RUN = Symbol('wse.run')

interface Framed extends SharedFrame {
  [WIRE]?: Buffer
  [RUN]?: { readonly frames: readonly SharedFrame[]; readonly wire: Buffer }
}

/**
 * What is written for some frames of text: made once for all who are sent the same ones in one turn. null where
 * not all of them are text.
 */
export function wireOf(frames: readonly Framed[]): Buffer | null {
  const last = frames[frames.length - 1] as Framed
  if (frames.length === 1) return wireOfOne(last)
  if (last[RUN] !== undefined && areSame(last[RUN].frames, frames)) return last[RUN].wire
  const wires = frames.map(wireOfOne)
  if (wires.includes(null)) return null
  const wire = Buffer.concat(wires as Buffer[])
  last[RUN] = { frames, wire }
  return wire
}

function wireOfOne(frame: Framed): Buffer | null {
  if (typeof frame.data !== 'string') return null
  frame[WIRE] ??= textFrame(frame.data)
  return frame[WIRE]
}

function areSame(one: readonly SharedFrame[], other: readonly SharedFrame[]): boolean {
  return one.length === other.length && one.every((frame, i) => frame === other[i])
}
