import type { Link, RunningCall } from '@wse/protocol/internal'
import type { Message } from '../people/shared-message.js'
import type { Recovered } from './history.js'
import { skipped } from './outgoing-event.js'
import type { Member } from './topic.js'

/** What is said again to whom, on which link, and who waits for it. */
interface Replay {
  readonly member: Member
  readonly link: Link
  readonly messages: readonly Message[]
  readonly call: RunningCall
}

/** Says again what a client has missed; whether nothing is missing, now or once the link has taken all of it. */
export function replay(
  member: Member,
  link: Link | null,
  { recovered, events }: Recovered,
  call: RunningCall,
): boolean | Promise<boolean> {
  if (link === null) return false
  const { topic, session } = member
  const messages = events.map(({ message, offset, excepted }) =>
    excepted?.has(session) ? skipped(topic.name, offset) : message,
  )
  // One that is too large for this client would leave a hole: then it is said that there is one.
  const fit = messages.every((message) => link.takes(message.of(link)[1].data))
  if (!fit) return false
  const all = { member, link, messages, call }
  const next = write(all, 0)
  return next === messages.length ? recovered : writeRest(all, next, recovered)
}

/** Writes for as long as the link has room; what is next then. */
function write({ link, messages }: Replay, from: number): number {
  let at = from
  for (let message = messages[at]; message !== undefined && link.open; message = messages[++at]) {
    if (link.congested) break
    link.writeShared(message.of(link)[1])
  }
  return link.open ? at : messages.length
}

/** All at once would be more than a reader may have unread: it would be closed for being slow, each time anew. */
async function writeRest(all: Replay, from: number, recovered: boolean): Promise<boolean> {
  const { member, messages, call } = all
  const { session } = member.session
  try {
    for (let at = from; at < messages.length; at = write(all, at)) {
      await session.whenDrained()
      // Nobody waits for it any more, or it is asked for anew on another link.
      if (call.signal.aborted || member.link !== all.link || !member.byClient) return false
    }
    return recovered
  } catch {
    return false
  }
}
