import { type Clock, WSE_ERROR, WseError } from '@wse/protocol'
import { checkTopic, type Found, Signals, Templates, type TopicPosition } from '@wse/protocol/internal'
import type { WseConnection } from '../people/people.js'
import type { TopicDefinition } from './definition.js'
import { Epochs } from './epochs.js'
import { Filters } from './filters.js'
import { Histories } from './histories.js'
import { History } from './history.js'
import { Places } from './places.js'
import { Presence } from './presence.js'
import type { PresenceNews } from './presence-news.js'
import { joinedOf, Member, type Pending, type Subscriber, Topic, type TopicParts } from './topic.js'

/** The events of `server.topics.when`, with what each carries. */
export type TopicEvents = {
  /** A device was subscribed to a topic, by its client or its server. */
  joined: [topic: string, conn: WseConnection]
  /** A device is not subscribed any more. */
  left: [topic: string, conn: WseConnection]
  /** Nobody is subscribed to the topic any more. */
  empty: [topic: string]
}

/** What has to be done where topics are on several servers. */
export interface TopicsElsewhere {
  /** Somebody here wants a topic that nobody here was on. */
  born(topic: Topic): void
  /** Nobody here wants it any more. */
  released(topic: Topic): void
  /** It is defined otherwise. */
  adopted(topic: Topic): void
  /** Whether its history is known here as far as a client has been told it; else it is read anew. */
  reaches(topic: Topic, since: TopicPosition | undefined): boolean
  /** A device wants all that a filter with wildcards stands for, or not any more. */
  filterAdded(filter: string, subscriber: Subscriber): void
  filterRemoved(filter: string, subscriber: Subscriber): void
}

/** What a template has for each parameter, and may have elsewhere. */
const PARAMETER = /[{*]/

const NOBODY: ReadonlySet<Subscriber> = new Set()

/** Which topics there are, and who is on them. */
export class Topics {
  readonly signals: Signals<TopicEvents>
  /** Devices by filters with wildcards. */
  readonly filters: Filters<Subscriber> = new Filters()
  readonly news: PresenceNews
  /** Subscriptions that are being decided on. */
  readonly pending: Set<Pending> = new Set()
  readonly clock: Clock
  /** What is kept of all of them. */
  readonly histories: Histories
  /** What becomes of them on other servers; null where there are none. */
  spread: TopicsElsewhere | null = null
  readonly #definitions = new Templates<TopicDefinition>()
  readonly #templates = new Set<string>()
  readonly #epochs: Epochs
  readonly #topics = new Places<Topic>()
  /** Whether nothing is remembered any more, whatever comes. */
  #isOver = false

  /** `historyBytes`: what all histories may hold. */
  constructor(
    clock: Clock,
    historyBytes: number,
    news: PresenceNews,
    report: (thrown: unknown, conn: WseConnection | undefined) => void,
  ) {
    this.clock = clock
    this.histories = new Histories(clock, historyBytes, (topic) => this.release(topic))
    this.#epochs = new Epochs(clock)
    this.news = news
    this.signals = new Signals<TopicEvents>(['joined', 'left', 'empty'], (thrown, [, conn]) => {
      report(thrown, conn as WseConnection | undefined)
    })
  }

  /** What is alive, in numbers. */
  get alive(): Record<string, number> {
    let subscriptions = this.filters.size
    for (const { members } of this.all()) subscriptions += members.size
    const topicTimers = this.histories.timers + this.news.timers
    return { topics: this.#topics.size, subscriptions, topicTimers }
  }

  /** Topics that somebody is on, or that have a history. */
  get names(): string[] {
    return Array.from(this.all(), ({ name }) => name)
  }

  /** Topics that are there now. */
  all(): Iterable<Topic> {
    return this.#topics.values()
  }

  /** @throws {WseError} `INVALID_OPTION` if it stands for the same names as another */
  define(definition: TopicDefinition): void {
    const { template } = definition
    if (!this.#definitions.add(template, definition)) {
      const message = `a topic for the names of ${template} is defined already`
      throw new WseError(WSE_ERROR.INVALID_OPTION, { option: 'topic' }, { message })
    }
    this.#templates.add(template)
    for (const topic of this.#under(template)) {
      const found = this.#definitions.find(topic.name)
      if (found?.value !== definition) continue
      topic.adopt(this.#partsOf(topic.name, found))
      this.spread?.adopted(topic)
    }
  }

  /** Topics that are there, and may be meant by a template: of one without parameters there is one at the most. */
  #under(template: string): Iterable<Topic> {
    if (PARAMETER.test(template)) return this.#topics.values()
    const topic = this.#topics.get(template)
    return topic === undefined ? [] : [topic]
  }

  /** Nobody can subscribe by it any more. */
  undefine(template: string): void {
    if (this.#templates.delete(template)) this.#definitions.remove(template)
  }

  /** What defines a name. */
  definitionOf(name: string): Found<TopicDefinition> | null {
    return this.#templates.size === 0 ? null : this.#definitions.find(name)
  }

  get(name: string): Topic | undefined {
    return this.#topics.get(name)
  }

  /**
   * The topic an event is published on: there already, or, if the event is to be kept, with a history for it.
   *
   * @throws {WseError} `INVALID_NAME`
   */
  forEvent(name: string, isKept: boolean): Topic | null {
    const topic = this.#topics.get(name)
    if (topic !== undefined) return topic
    checkTopic(name)
    if (!isKept || this.#isOver) return null
    const found = this.definitionOf(name)
    return found?.value.history ? this.#born(name, found) : null
  }

  /** The time, on the clock. */
  get now(): number {
    return this.clock.now()
  }

  /** Devices that have subscribed to a topic by filters with wildcards. */
  matching(name: string): ReadonlySet<Subscriber> {
    return this.filters.size === 0 ? NOBODY : this.filters.match(name)
  }

  /** Subscribes a device by its server to all that a filter with wildcards stands for. */
  addFilter(filter: string, subscriber: Subscriber): void {
    this.filters.add(filter, subscriber)
    this.spread?.filterAdded(filter, subscriber)
  }

  /** Takes that back. */
  removeFilter(filter: string, subscriber: Subscriber): void {
    this.filters.remove(filter, subscriber)
    this.spread?.filterRemoved(filter, subscriber)
  }

  /** Subscribes a device by its server; `false` if it was. */
  put(session: Subscriber, name: string): boolean {
    const member = this.#member(session, name, this.definitionOf(name))
    if (member.byServer) return false
    member.byServer = true
    if (!member.byClient) this.signals.emit('joined', name, session.conn)
    return true
  }

  /**
   * The topic a client is about to be on, for as long as that takes: until {@link letGo}. Null where it can be now, since
   * all that is known of it is known here. `since`: what it has been told, on whichever server.
   */
  await(name: string, found: Found<TopicDefinition>, since: TopicPosition | undefined): Topic | null {
    if (this.spread === null) return null
    const topic = this.#topics.get(name) ?? this.#born(name, found)
    if (topic.replica?.isReady && this.spread.reaches(topic, since)) return null
    topic.awaited++
    return topic
  }

  /** A topic that {@link await} gave is not waited for any more. */
  letGo(topic: Topic): void {
    topic.awaited--
    this.release(topic)
  }

  /** Subscribes a device that its client has asked for. */
  join(session: Subscriber, name: string, found: Found<TopicDefinition>): Member {
    const member = this.#member(session, name, found)
    if (!member.byClient) joinedOf(session).subscribed++
    member.byClient = true
    member.kicked = null
    return member
  }

  /** Tells of a member that {@link join} gave. */
  joined(member: Member): void {
    if (!member.byServer) this.signals.emit('joined', member.topic.name, member.conn)
  }

  /** Its client does not want it any more; its server may still. */
  forsake(member: Member): void {
    if (member.byClient) joinedOf(member.session).subscribed--
    member.byClient = false
    if (!member.byServer) return this.leave(member)
    this.#absent(member)
  }

  /** Its server does not want it there any more; its client may still. */
  withdraw(member: Member): void {
    member.byServer = false
    if (!member.byClient) this.leave(member)
  }

  /** Takes a member off its topic. */
  leave(member: Member): void {
    const { topic, session } = member
    if (topic.members.get(session) !== member) return
    topic.members.delete(session)
    session.joined?.members.delete(topic.name)
    this.#absent(member)
    this.release(topic)
    this.signals.emit('left', topic.name, member.conn)
    // A listener may have put somebody there.
    if ((this.#topics.get(topic.name) ?? topic).members.size === 0) this.signals.emit('empty', topic.name)
  }

  /** Forgets a topic of which nothing would be missed. */
  release(topic: Topic): void {
    if (!topic.idle || this.#topics.get(topic.name) !== topic) return
    this.#topics.delete(topic.name)
    if (topic.replica !== null) this.spread?.released(topic)
    else if (topic.history !== null && topic.history.top > 0) this.#epochs.forget(topic.name)
  }

  /** Nothing is remembered any more. */
  clear(): void {
    this.#isOver = true
    this.histories.clear()
    this.#topics.clear()
    this.news.stop()
  }

  #absent(member: Member): void {
    const { topic, session } = member
    this.news.forget(member)
    topic.presence?.remove(session.conn_id)
    this.news.of(topic)
  }

  #member(session: Subscriber, name: string, found: Found<TopicDefinition> | null): Member {
    const { members } = joinedOf(session)
    const known = members.get(name)
    if (known !== undefined) return known
    const topic = this.#topics.get(name) ?? this.#born(name, found)
    const member = new Member(session, topic)
    topic.members.set(session, member)
    members.set(name, member)
    return member
  }

  #born(name: string, found: Found<TopicDefinition> | null): Topic {
    const topic = new Topic(name, this.#partsOf(name, found))
    this.#topics.set(name, topic)
    this.spread?.born(topic)
    return topic
  }

  #partsOf(name: string, found: Found<TopicDefinition> | null): TopicParts {
    const definition = found?.value ?? null
    const { history = null, presence = null } = definition ?? {}
    return {
      definition,
      params: found?.params ?? {},
      // Where it is on several servers, the engine names it.
      history: this.spread ? null : history && new History(this.#epochs.of(name), history, this.histories.tally),
      presence: presence && new Presence(),
    }
  }
}
