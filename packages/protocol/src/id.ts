import type { Clock } from './clock/clock.js'

/** As many characters as six bits can name, none of which needs escaping anywhere. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A random id of 21 characters (126 bits) whose randomness comes from `clock`. */
export function createId(clock: Clock): string {
  return String.fromCharCode(...clock.randomBytes(21).map((byte) => ALPHABET.charCodeAt(byte % 64)))
}
