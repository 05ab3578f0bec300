import { seededRandom } from '../seeded-random.js'

/** Numbers in [0, 1) for one use of chance: of the same seed, yet apart from those of every other use. */
export function chanceOf(seed: number, use: string): () => number {
  let hash = mixed(seed | 0)
  for (let i = 0; i < use.length; i++) hash = mixed(hash ^ use.charCodeAt(i))
  return seededRandom(hash)
}

/** Every bit depends on every bit, so that neighbouring seeds share nothing: the end of MurmurHash3. */
function mixed(bits: number): number {
  let hash = bits + 0x9e3779b9
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
