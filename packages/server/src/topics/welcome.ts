import type { Payload } from '@wse/protocol'
import type { Link, Subscribe, Subscribed } from '@wse/protocol/internal'
import type { Recovered } from './history.js'
import { skipped } from './outgoing-event.js'
import { tellMembers } from './tell-members.js'
import type { Member } from './topic.js'
import type { Topics } from './topics.js'

/**
 * Tells a client how things stand on a topic, and from now on what happens on it: who is there and what it has missed by
 * frames of the link, all else by the answer, which follows them (PROTOCOL.md, P-84).
 */
export function welcome(member: Member, { since }: Subscribe, topics: Topics, state: Payload): Subscribed {
  const { topic, session } = member
  const { presence, history } = topic
  const { link } = session.session
  member.on = link
  if (presence !== null) {
    // Asked again without one, it keeps the state it has.
    if (state !== undefined || !presence.has(session.conn_id)) presence.set(session.cid, session.conn_id, state)
    topics.news.of(topic)
    // It has lost its link while it was decided on.
    if (link === null) topics.news.unlinked(member)
    else for (const members of presence.whole(topic.name)) tellMembers(link, members)
  }
  const answer: Subscribed = presence === null ? {} : { presence: true }
  if (history === null) return answer
  history.expire(topics.now)
  const { position } = history
  if (since === undefined) return { ...answer, ...position }
  return { ...answer, ...position, recovered: replay(member, link, history.since(since)) }
}

/** Whether nothing is missing, now that all of it was said again. */
function replay({ topic, session }: Member, link: Link | null, { recovered, events }: Recovered): boolean {
  if (link === null) return false
  const messages = events.map(({ message, offset, excepted }) =>
    excepted?.has(session) ? skipped(topic.name, offset) : message,
  )
  // One that is too large for this client would leave a hole: then it is said that there is one.
  const fit = messages.every((message) => link.takes(message.of(link)[1].data))
  if (fit && link.open) for (const message of messages) link.writeShared(message.of(link)[1])
  return recovered && fit
}
