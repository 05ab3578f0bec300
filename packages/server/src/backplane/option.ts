import type { Backplane } from '@wse/protocol/backplane'
import { oneOf } from '@wse/protocol/internal'

const METHODS: readonly (keyof Backplane)[] = ['start', 'close', 'attach', 'detach', 'publish', 'history', 'enter']

/** Reads option `backplane`. @throws {WseError} `INVALID_OPTION` */
export const backplaneOption = oneOf<Backplane | null>(null, isBackplane, 'what redisBackplane() or a memory hub gives')

function isBackplane(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false
  return METHODS.every((method) => typeof (given as Partial<Backplane>)[method] === 'function')
}
