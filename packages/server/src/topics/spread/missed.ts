import { FRAME, MISSED } from '@wse/protocol/internal'
import type { Topic } from '../topic.js'

/** Tells the clients on a topic that something may be missing: they ask for what there is (PROTOCOL.md, P-92). */
export function tellMissed({ name, members }: Topic): void {
  for (const { byClient, session } of members.values())
    if (byClient) session.write(FRAME.EVENT, { topic: name, event: MISSED })
}
