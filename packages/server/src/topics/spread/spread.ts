import type { Clock, Data, Timer } from '@wse/protocol'
import type { Entry, Gap, HistoryRead, NodeId, Position } from '@wse/protocol/backplane'
import type { Members, Present } from '@wse/protocol/internal'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import type { EventAbout } from '../../backplane/event-about.js'
import { LETTER, type Letter, readLetter } from '../../backplane/letter.js'
import { topicOf, topicSubject } from '../../backplane/subjects.js'
import { deliver } from '../deliver.js'
import { History } from '../history.js'
import { OutgoingEvent } from '../outgoing-event.js'
import type { PresenceChanges } from '../presence.js'
import type { Topic } from '../topic.js'
import type { Topics } from '../topics.js'
import { tellMissed } from './missed.js'
import { exceptedFrom, relayedForms } from './relayed-event.js'
import { Replica } from './replica.js'

/** Milliseconds after which is asked again for what the engine could not say. */
const ASK_AGAIN = 1_000

/** What the engine says of a topic; null members for what it does not have. */
interface Facts {
  /** What follows the position of this node, or all. */
  readonly read: HistoryRead | null
  readonly entries: readonly Entry[] | null
}

const NOBODY: never[] = []

/**
 * Topics that are on several nodes. This one has a replica of each that somebody here is on: its history and who is
 * present, read once, and followed from then on. What it may have missed is read anew.
 */
export class Spread {
  readonly #cluster: Cluster
  readonly #clock: Clock
  readonly #topics: Topics
  /** Topics the engine could say nothing about. */
  readonly #unread = new Set<Topic>()
  #timer: Timer | null = null

  constructor(cluster: Cluster, topics: Topics) {
    this.#cluster = cluster
    this.#clock = cluster.clock
    this.#topics = topics
    topics.news.announce = (topic, changes) => this.#announce(topic, changes)
  }

  /** Timers armed. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** Somebody here wants a topic that nobody here was on. */
  born(topic: Topic): void {
    topic.replica = new Replica()
    this.#cluster.interest.add(topicSubject(topic.name))
    void this.#read(topic)
  }

  /** Nobody here wants it any more. */
  released(topic: Topic): void {
    this.#topics.histories.forget(topic)
    this.#unread.delete(topic)
    this.#cluster.interest.remove(topicSubject(topic.name))
    topic.replica?.begin()
    topic.replica?.release()
  }

  /** It is defined otherwise. */
  adopted(topic: Topic): void {
    void this.#read(topic)
  }

  /** Nothing is read any more. */
  stop(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
    this.#unread.clear()
    for (const { replica } of this.#topics.all()) {
      replica?.begin()
      replica?.release()
    }
  }

  /** Something about a topic has arrived. */
  take(name: string, arrival: Arrival): void {
    const topic = this.#topics.get(name)
    const replica = topic?.replica
    if (!topic || !replica || replica.holds(arrival)) return
    this.#take(topic, arrival)
  }

  /** Messages may have been missed. */
  async gap({ subjects, lost }: Gap): Promise<void> {
    const topics = subjects.flatMap((subject) => this.#topics.get(topicOf(subject) ?? '') ?? [])
    const before = topics.map((topic) => this.#follows(topic))
    for (const topic of topics) topic.replica?.begin()
    if (lost) for (const topic of topics) this.#announce(topic, { here: topic.presence?.own() ?? [], gone: [] })
    await this.#readChanged(topics, before)
  }

  /** A node is gone, and who was there. */
  nodeGone(node: NodeId): void {
    for (const topic of this.#topics.all()) {
      topic.presence?.removeNode(node)
      this.#topics.news.of(topic)
    }
  }

  /** Whether clients are told of it as it comes, so that something may be missing for them. */
  #follows(topic: Topic): boolean {
    return topic.replica?.isReady === true
  }

  /** Most histories stand where they stood: only those that do not are read. */
  async #readChanged(topics: readonly Topic[], followed: readonly boolean[]): Promise<void> {
    const kept = topics.filter(({ history }) => history !== null)
    const rounds = topics.map(({ replica }) => replica?.round)
    const tops = await this.#cluster.backplane.tops(kept.map(({ name }) => topicSubject(name)))
    const topOf = new Map(kept.map((topic, at) => [topic, tops?.[at]]))
    for (const [at, topic] of topics.entries()) {
      const { history, presence, replica } = topic
      if (replica === null || replica.round !== rounds[at]) continue
      const top = topOf.get(topic)
      const isSame = history !== null && top?.epoch === history.epoch && top.offset === history.top
      if (history === null && followed[at]) tellMissed(topic)
      if (presence === null && (history === null || isSame)) replica.end((arrival) => this.#take(topic, arrival))
      else void this.#read(topic)
    }
  }

  /** Reads what the engine has of it beyond what is here; then what has arrived meanwhile is taken. */
  async #read(topic: Topic): Promise<void> {
    const { replica, name } = topic
    if (replica === null) return
    const round = replica.begin()
    await this.#cluster.interest.attached(topicSubject(name))
    if (replica.round !== round) return
    const facts = await this.#facts(topic)
    if (replica.round !== round) return
    if (facts === null) return this.#askAgain(topic)
    if (facts.read !== null && !(await this.#restoreHistory(topic, facts.read, round))) return
    if (facts.entries !== null) this.#restorePresence(topic, facts.entries)
    replica.end((arrival) => this.#take(topic, arrival))
  }

  /** Null if it cannot be told now. */
  async #facts({ name, definition, history }: Topic): Promise<Facts | null> {
    const { backplane } = this.#cluster
    const subject = topicSubject(name)
    const keeps = definition?.history != null
    const isPresence = definition?.presence != null
    const [read, entries] = await Promise.all([
      keeps ? backplane.history(subject, history?.position ?? null) : null,
      isPresence ? backplane.present(subject) : null,
    ])
    return (keeps && read === null) || (isPresence && entries === null) ? null : { read, entries }
  }

  /** `false` if it was overtaken, or cannot be told now. */
  async #restoreHistory(topic: Topic, read: HistoryRead, round: number): Promise<boolean> {
    const { history, replica } = topic
    if (history !== null && read.complete) {
      for (const { offset, body, age } of read.items) {
        const letter = readLetter(body)
        if (letter !== null) this.#event(topic, letter, { epoch: history.epoch, offset }, age)
      }
      return true
    }
    let whole = read
    if (history !== null) {
      const all = await this.#cluster.backplane.history(topicSubject(topic.name), null)
      if (replica?.round !== round) return false
      if (all === null) {
        this.#askAgain(topic)
        return false
      }
      whole = all
    }
    const isKnown = history !== null
    this.#replaceHistory(topic, whole)
    if (isKnown) tellMissed(topic)
    return true
  }

  #replaceHistory(topic: Topic, { items, top }: HistoryRead): void {
    const bounds = topic.definition?.history
    if (!bounds) return
    const { histories } = this.#topics
    histories.forget(topic)
    topic.history = new History(top.epoch, bounds, histories.tally)
    topic.history.startAfter((items[0]?.offset ?? top.offset + 1) - 1)
    for (const { body, age } of items) this.#keep(topic, body, age)
  }

  #restorePresence({ presence, name }: Topic, entries: readonly Entry[]): void {
    const { values, node: here } = this.#cluster
    const others = entries.filter(({ node }) => node !== here)
    presence?.restore(others.map(({ node, value }) => ({ node, present: values.readText(value) as Present })))
    const topic = this.#topics.get(name)
    if (topic !== undefined) this.#topics.news.of(topic)
  }

  #take(topic: Topic, arrival: Arrival): void {
    const { letter, message } = arrival
    if (letter.kind === LETTER.MEMBERS) {
      if (message.from !== this.#cluster.node) this.#members(topic, message.from, letter.parts[0])
      return
    }
    if (letter.kind !== LETTER.EVENT) return
    const { position } = message
    const { history, replica } = topic
    if (position === undefined || history === null) {
      this.#event(topic, letter, undefined, 0)
      return
    }
    if (position.epoch === history.epoch && position.offset <= history.top) return
    if (position.epoch === history.epoch && position.offset === history.top + 1) {
      this.#event(topic, letter, position, 0)
      return
    }
    // Something is missing before it.
    void this.#read(topic)
    replica?.holds(arrival)
  }

  #members(topic: Topic, from: NodeId, part: Data | undefined): void {
    if (topic.presence === null || part === undefined) return
    const { here = [], gone = [] } = this.#cluster.values.read(part) as Omit<Members, 'topic'>
    for (const one of here) topic.presence.setAfar(from, one)
    for (const id of gone) topic.presence.removeAfar(from, id)
    this.#topics.news.of(topic)
  }

  /** Gives an event out, and keeps it. */
  #event(topic: Topic, letter: Letter, position: Position | undefined, age: number): void {
    const about = letter.about as EventAbout
    const forms = relayedForms(topic.name, about, letter.parts, position?.offset, this.#cluster)
    const excepted = exceptedFrom(about)
    if (position !== undefined && forms.kept !== null)
      this.#topics.histories.add(topic, { message: forms.kept, key: about.k, excepted }, age)
    deliver(new OutgoingEvent(forms), topic, NOBODY, excepted, { sent: 0, queued: 0, dropped: 0 })
  }

  #keep(topic: Topic, body: Data, age: number): void {
    const letter = readLetter(body)
    const { history } = topic
    if (history === null || letter === null) return
    const about = letter.about as EventAbout
    const { kept } = relayedForms(topic.name, about, letter.parts, history.top + 1, this.#cluster)
    if (kept === null) return
    this.#topics.histories.add(topic, { message: kept, key: about.k, excepted: exceptedFrom(about) }, age)
  }

  /** Tells other nodes who has come, changed or gone here. */
  #announce({ name }: Topic, { here, gone }: PresenceChanges): void {
    if (here.length + gone.length === 0) return
    const { backplane, values } = this.#cluster
    const subject = topicSubject(name)
    if (here.length > 0)
      void backplane.enter(
        subject,
        here.map((one) => ({ id: one.id, value: values.writeText(one) })),
      )
    if (gone.length > 0) backplane.leave(subject, gone)
    this.#cluster.write(subject, LETTER.MEMBERS, {}, [values.write({ here, gone })])
  }

  #askAgain(topic: Topic): void {
    this.#unread.add(topic)
    this.#timer ??= this.#clock.setTimer(() => {
      this.#timer = null
      const unread = [...this.#unread]
      this.#unread.clear()
      for (const one of unread) void this.#read(one)
    }, ASK_AGAIN)
  }
}
