import { WSE_ERROR, WseError } from '@wse/protocol'
import { longerThan } from '@wse/protocol/internal'

/** Who a user is: what `identify` accepted them as. */
export type Cid = string | number

/** Longest id of a user in bytes; it travels in `~wse:session`. */
const CID_BYTES = 128

/** Checks what `accept` was given. @throws {WseError} `INVALID_OPTION` for anything but a text or a finite number */
export function checkCid(cid: unknown): Cid {
  if (typeof cid === 'number' && Number.isFinite(cid)) return cid
  if (typeof cid === 'string' && !longerThan(cid, CID_BYTES)) return cid
  const message = `accept(cid) takes a string of at most ${CID_BYTES} bytes or a number`
  throw new WseError(WSE_ERROR.INVALID_OPTION, { option: 'cid' }, { message })
}
