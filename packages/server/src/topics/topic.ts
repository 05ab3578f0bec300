import type { Link } from '@wse/protocol/internal'
import type { WseConnection } from '../people/people.js'
import type { ServerSession } from '../sessions/server-session.js'
import type { TopicDefinition } from './definition.js'
import type { History } from './history.js'
import type { Presence } from './presence.js'

/** One device on one topic. */
export class Member {
  readonly session: ServerSession
  readonly topic: Topic
  /** The client asked for it. */
  byClient = false
  /** The server has put it there. */
  byServer = false
  /** The link it was last told on how things stand: another one has to be asked for anew (PROTOCOL.md, P-84). */
  on: Link | null = null

  constructor(session: ServerSession, topic: Topic) {
    this.session = session
    this.topic = topic
  }

  get conn(): WseConnection {
    return this.session.conn
  }

  /** The link that takes what belongs to one; null while the client has not asked on it. */
  get link(): Link | null {
    const { link } = this.session.session
    return link !== null && link === this.on && link.open ? link : null
  }
}

/** One topic that somebody is on, or that has something to be remembered. */
export class Topic {
  readonly name: string
  /** Null where nobody defined it, and the server alone puts devices there. */
  readonly definition: TopicDefinition | null
  readonly params: Readonly<Record<string, string>>
  readonly history: History | null
  readonly presence: Presence | null
  readonly members: Map<ServerSession, Member> = new Map()

  constructor(name: string, found: TopicParts) {
    this.name = name
    this.definition = found.definition
    this.params = found.params
    this.history = found.history
    this.presence = found.presence
  }

  /** Whether nothing would be missed without it. */
  get idle(): boolean {
    return this.members.size === 0 && (this.history === null || this.history.length === 0)
  }
}

/** What a topic is made of. */
export type TopicParts = Pick<Topic, 'definition' | 'params' | 'history' | 'presence'>
