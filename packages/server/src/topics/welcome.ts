import type { Payload } from '@wse/protocol'
import type { RunningCall, Subscribe, Subscribed } from '@wse/protocol/internal'
import { replay } from './replay.js'
import { tellMembers } from './tell-members.js'
import type { Member } from './topic.js'
import type { Topics } from './topics.js'

/** What a member is told by, beside what it asked for. */
export interface WelcomeParts {
  readonly topics: Topics
  readonly state: Payload
  readonly call: RunningCall
}

/**
 * Tells a client how things stand on a topic, and from now on what happens on it: who is there and what it has missed by
 * frames of the link, all else by the answer, which follows them (PROTOCOL.md, P-84).
 */
export function welcome(
  member: Member,
  { since }: Subscribe,
  { topics, state, call }: WelcomeParts,
): Subscribed | Promise<Subscribed> {
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
  const replayed = replay(member, link, history.since(since), call)
  const answered = (recovered: boolean): Subscribed => ({ ...answer, ...position, recovered })
  return typeof replayed === 'boolean' ? answered(replayed) : replayed.then(answered)
}
