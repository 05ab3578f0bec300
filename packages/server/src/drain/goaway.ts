import { WSE_ERROR, WSE_REASON, WseError } from '@wse/protocol'
import { FRAME, type Goaway, type Session } from '@wse/protocol/internal'

/** Time calls in flight have to finish here, when a client is asked to move, in ms. */
const FINISH_WITHIN = 5_000

/** Who may be asked to leave. */
export interface Leaver {
  readonly session: Session
}

/** Asks one client to go; `false` where it has no link, or speaks WSE 4 and cannot be asked. */
export function askToLeave({ session }: Leaver, goaway: Goaway): boolean {
  if (session.link?.version !== 5) return false
  session.link.tell(FRAME.GOAWAY, goaway)
  return true
}

/** Asks one client to move to another address. @throws {WseError} `NOT_SUPPORTED` where it cannot be asked */
export function askToMove(leaver: Leaver, to: string): void {
  if (askToLeave(leaver, { reason: WSE_REASON.MOVED, deadline: FINISH_WITHIN, delay: 0, to })) return
  throw new WseError(WSE_ERROR.NOT_SUPPORTED, {}, { message: 'this device cannot be asked to move now' })
}
