import { customRandom, urlAlphabet } from 'nanoid'
import type { Clock } from './clock/clock.js'

/** A random id of 21 characters (126 bits) whose randomness comes from `clock`. */
export function createId(clock: Clock): string {
  return customRandom(urlAlphabet, 21, (count) => clock.randomBytes(count))()
}
