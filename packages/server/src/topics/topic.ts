import type { Payload, SendOptions, SendResult, SharedFrame, WseError } from '@wse/protocol'
import type { Link, Published, Session, WireError } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import type { ConnectionState } from '../people/member.js'
import type { WseConnection } from '../people/people.js'
import type { TopicDefinition } from './definition.js'
import type { History } from './history.js'
import type { Presence } from './presence.js'
import type { Replica } from './spread/replica.js'

/** One device, as topics see it. */
export interface Subscriber {
  readonly cid: Cid
  readonly conn_id: string
  readonly conn: WseConnection
  readonly state: ConnectionState
  readonly session: Session
  /** Version of its wire. */
  readonly version: number
  /** What it is subscribed to; null if that was never anything. */
  joined: Joined | null
  write(type: string, payload: Payload): SendResult
  writeShared(type: string, frame: SharedFrame, options?: SendOptions): SendResult
}

/** A subscription that is being decided on. */
export interface Pending {
  readonly session: Subscriber
  readonly topic: string
  /** Why it is not to come to be, whatever is decided: its client has changed its mind, say, or was kicked. */
  refusal: WseError | null
  settle(): void
}

/** What one device is subscribed to. */
export class Joined {
  readonly members: Map<string, Member> = new Map()
  /** Filters with wildcards, by which the server has subscribed it. */
  readonly filters: Set<string> = new Set()
  readonly pending: Set<Pending> = new Set()
  /** Volatile events of this device that are being handled. */
  handling = 0

  /** Subscriptions the client has made. */
  subscribed = 0

  /** Subscriptions the client has asked for, decided or not. */
  get asked(): number {
    return this.pending.size + this.subscribed
  }

  /** Names and filters. */
  get names(): string[] {
    return [...this.members.keys(), ...this.filters]
  }
}

/** What a device is subscribed to, to be added to. */
export function joinedOf(subscriber: Subscriber): Joined {
  subscriber.joined ??= new Joined()
  return subscriber.joined
}

/** One device on one topic. */
export class Member {
  readonly session: Subscriber
  readonly topic: Topic
  /** The client asked for it. */
  byClient = false
  /** The server has put it there. */
  byServer = false
  /** Why it was ended, where its client may yet be told otherwise by an answer. */
  kicked: WireError | null = null
  /** The link it was last told on how things stand: another one has to be asked for anew (PROTOCOL.md, P-84). */
  on: Link | null = null

  constructor(session: Subscriber, topic: Topic) {
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
  definition: TopicDefinition | null
  params: Readonly<Record<string, string>>
  history: History | null
  presence: Presence | null
  readonly members: Map<Subscriber, Member> = new Map()
  /** How far this server has come with it, where it is on several. */
  replica: Replica | null = null
  /** Subscriptions that will be, once that has come far enough. */
  awaited = 0
  /** What is being published under a key. */
  readonly underWay: Map<string, Promise<Published>> = new Map()

  constructor(name: string, found: TopicParts) {
    this.name = name
    this.definition = found.definition
    this.params = found.params
    this.history = found.history
    this.presence = found.presence
  }

  /** It is defined now, or anew; what it remembers stays. */
  adopt({ definition, params, history, presence }: TopicParts): void {
    this.definition = definition
    this.params = params
    // A client that knows of neither would not ask for it on its next link (PROTOCOL.md, P-84).
    for (const { byClient } of this.members.values()) if (byClient) return
    this.history ??= history
    this.presence ??= presence
  }

  /** Whether nothing would be missed without it. */
  get idle(): boolean {
    if (this.members.size > 0 || this.awaited > 0) return false
    // What is on several servers is kept elsewhere.
    return this.replica !== null || this.history === null || this.history.length === 0
  }
}

/** What a topic is made of. */
export type TopicParts = Pick<Topic, 'definition' | 'params' | 'history' | 'presence'>
