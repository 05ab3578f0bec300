import { numberOption } from './option.js'

/** Default of `tO`, in seconds. */
const SECONDS = 20

/** `tO` of the options, given in seconds as in WSE 4, in milliseconds; 0 means no deadline. @throws {WseError} `INVALID_OPTION` */
export function rpcTimeout(seconds: unknown): number {
  return numberOption('tO', seconds, SECONDS, 0, (2 ** 31 - 1) / 1_000, 'seconds') * 1_000
}
