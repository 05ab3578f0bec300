import { knownMembers, optionGroup } from '../limits/option.js'
import type { Part, Schemas, Topic, TopicHistory } from './shape.js'

/** What {@link topic} is made of. */
export interface TopicParts<Events, Presence> {
  /** What is said on it, by name. @default none */
  readonly events?: Events
  /** The state of one who is there. @default nobody is told who is there */
  readonly presence?: Presence
  /** What is kept for who comes late. @default nothing */
  readonly history?: TopicHistory
}

const MEMBERS = ['events', 'presence', 'history']

/**
 * One topic of a contract: `client.subscribe` knows its events and who is there, and both ends read what arrives by it.
 * Events whose name it does not have, and those that do not fit, reach nobody.
 *
 * @throws {WseError} `INVALID_OPTION` for a member it does not have
 * @example
 * const room = topic({ events: { said: v.object({ text: v.string() }) }, history: { size: 100, ttl: 3_600_000 } })
 */
export function topic<const Events extends Schemas = Record<never, never>, const Presence extends Part = undefined>(
  parts: TopicParts<Events, Presence>,
): Topic<Events, Presence> {
  const given = optionGroup('topic', parts)
  knownMembers('topic', given, MEMBERS)
  const { presence, history } = given
  const events = Object.freeze({ ...optionGroup('topic.events', given.events) })
  return Object.freeze({ type: 'topic', events, presence, history }) as Topic<Events, Presence>
}
