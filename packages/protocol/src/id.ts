import type { Clock } from './clock/clock.js'

/** As many characters as six bits can name, none of which needs escaping anywhere. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A random id of 21 characters (126 bits) whose randomness comes from `clock`. */
export function createId(clock: Clock): string {
  return Array.from(clock.randomBytes(21), (byte) => ALPHABET[byte % 64]).join('')
}
