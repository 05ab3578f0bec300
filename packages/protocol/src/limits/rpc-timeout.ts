import { LONGEST_TIMER } from '../clock/clock.js'
import { numberIn } from './option.js'

const seconds = /* @__PURE__ */ numberIn(20, 0, LONGEST_TIMER / 1_000, 'seconds')

/** `tO` of the options, given in seconds as in WSE 4, in milliseconds; 0 means no deadline. @throws {WseError} `INVALID_OPTION` */
export function rpcTimeout(given: unknown): number {
  return seconds('tO', given) * 1_000
}
