import { parseAck } from './ack.js'
import { parseEvent } from './event.js'
import { parseExpiring } from './expiring.js'
import { parseGoaway } from './goaway.js'
import { FRAME } from './names.js'
import { parsePing } from './ping.js'

/** Reads a payload; `null` means malformed. */
export type Parse = (payload: unknown) => unknown

/**
 * Frames without a stamp that a ready link may carry, with who reads them. A name missing here is malformed.
 */
export const LINK_FRAMES: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  [FRAME.ACK, parseAck],
  [FRAME.PING, parsePing],
  [FRAME.PONG, parsePing],
  [FRAME.GOAWAY, parseGoaway],
  [FRAME.EXPIRING, parseExpiring],
  [FRAME.EVENT, parseEvent],
])
