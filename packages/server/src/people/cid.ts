import { WSE_ERROR, WseError } from '@wse/protocol'
import { longerThan } from '@wse/protocol/internal'

/** Who a user is: what `identify` accepted them as. */
export type Cid = string | number

/** Longest id of a user in bytes; it travels in `~wse:session`. */
const CID_BYTES = 128

/** Half of a surrogate pair has no place in UTF-8: on the way to other servers it would become another user. */
const HALF_PAIR = /\p{Surrogate}/u

/** Checks what `accept` was given. @throws {WseError} `INVALID_OPTION` for anything but a well-formed text or a finite number */
export function checkCid(cid: unknown): Cid {
  if (typeof cid === 'number' && Number.isFinite(cid)) return cid
  if (typeof cid === 'string' && !longerThan(cid, CID_BYTES) && !HALF_PAIR.test(cid)) return cid
  const message = `accept(cid) takes a string of at most ${CID_BYTES} bytes, and no half of a surrogate pair, or a number`
  throw new WseError(WSE_ERROR.INVALID_OPTION, { option: 'cid' }, { message })
}
