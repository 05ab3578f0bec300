import { FRAME, type Goaway, type Session } from '@wse/protocol/internal'

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
