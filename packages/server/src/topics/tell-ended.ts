import { ENDED, FRAME, type WireError } from '@wse/protocol/internal'
import type { Subscriber } from './topic.js'

/** Tells a client that its subscription was ended, and why (PROTOCOL.md, P-89). */
export function tellEnded(session: Subscriber, topic: string, why: WireError): void {
  session.write(FRAME.EVENT, { topic, event: ENDED, data: why })
}
