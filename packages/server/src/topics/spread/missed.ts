import { FRAME, MISSED } from '@wse/protocol/internal'
import type { Topic } from '../topic.js'

/**
 * Tells the clients on a topic that something may be missing: they ask for what there is (PROTOCOL.md, P-92). Where there
 * is a history, nothing more of it is for them before they have: they would take it for what follows the one they know.
 */
export function tellMissed({ name, members, history }: Topic): void {
  for (const member of members.values()) {
    if (!member.byClient) continue
    if (history !== null) member.on = null
    member.session.write(FRAME.EVENT, { topic: name, event: MISSED })
  }
}
