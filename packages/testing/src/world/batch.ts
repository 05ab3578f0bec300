import { UNBATCHED_FRAMES } from '@wse/protocol/wire'
import type { Cargo } from './cargo.js'

/** The texts at the front, `count` at most, that a sender might have joined into one batch. */
export function joinable(cargoes: readonly Cargo[], count: number): string[] {
  const texts: string[] = []
  for (const cargo of cargoes) {
    if (texts.length >= count || cargo.kind !== 'frame' || typeof cargo.data !== 'string') break
    if (!isEnvelope(cargo.data)) break
    texts.push(cargo.data)
  }
  // Fewer than two are no batch.
  return texts.length < 2 ? [] : texts
}

function isEnvelope(text: string): boolean {
  return text.startsWith('["') && !UNBATCHED_FRAMES.includes(text.slice(2, text.indexOf('"', 2)))
}
