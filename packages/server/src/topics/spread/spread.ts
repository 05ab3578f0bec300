import type { Entry, Gap, HistoryRead, NodeId } from '@wse/protocol/backplane'
import type { TopicPosition } from '@wse/protocol/internal'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'
import { topicOf, topicSubject } from '../../backplane/subjects.js'
import type { Topic } from '../topic.js'
import type { Topics } from '../topics.js'
import { Attempts } from './attempts.js'
import { Attendance } from './attendance.js'
import { tellMissed } from './missed.js'
import { Receiving } from './receiving.js'
import { Replica } from './replica.js'

/** Milliseconds after which is asked again for what the engine could not say. */
const ASK_AGAIN = 1_000

/** Topics that are read at once: after a gap it may be all of them. */
const MOST_AT_ONCE = 200

/** Topics whose histories are compared in one step. */
const A_STEP = 500

/** What the engine says of a topic; null members for what it does not have. */
interface Facts {
  readonly history: KnownHistory | null
  readonly entries: readonly Entry[] | null
}

interface KnownHistory {
  readonly read: HistoryRead
  /** Whether it follows what this node has; else it is all there is. */
  readonly follows: boolean
}

/**
 * Topics that are on several nodes. This one has a replica of each that somebody here is on: its history and who is
 * present, read once, and followed from then on. What it may have missed is read anew.
 */
export class Spread {
  readonly #cluster: Cluster
  readonly #topics: Topics
  readonly #receiving: Receiving
  readonly #attendance: Attendance
  readonly #readings: Attempts<Topic>

  constructor(cluster: Cluster, topics: Topics) {
    this.#cluster = cluster
    this.#topics = topics
    this.#receiving = new Receiving(cluster, topics.histories)
    this.#attendance = new Attendance(cluster, topics)
    this.#readings = new Attempts<Topic>({
      clock: cluster.clock,
      most: MOST_AT_ONCE,
      pause: ASK_AGAIN,
      isWorthIt: () => cluster.isReachable,
      run: (topic) => this.#read(topic),
    })
  }

  /** Timers armed. */
  get timers(): number {
    return this.#readings.timers + this.#attendance.timers
  }

  /** Somebody here wants a topic that nobody here was on. */
  born(topic: Topic): void {
    topic.replica = new Replica()
    this.#cluster.interest.add(topicSubject(topic.name))
    this.#attendance.follow(topic)
    this.#want(topic)
  }

  /** Nobody here wants it any more. */
  released(topic: Topic): void {
    this.#topics.histories.forget(topic)
    this.#attendance.forget(topic)
    this.#cluster.interest.remove(topicSubject(topic.name))
    this.#abandon(topic)
  }

  /** It is defined otherwise. */
  adopted(topic: Topic): void {
    this.#attendance.follow(topic)
    this.#want(topic)
  }

  /** Whether its history is known here as far as a client has been told it; else it is read anew. */
  reaches(topic: Topic, since: TopicPosition | undefined): boolean {
    const { history, replica } = topic
    if (since?.epoch === undefined || history === null || replica === null) return true
    const isOther = since.epoch !== history.epoch
    if (isOther ? replica.isPast(since.epoch) : since.offset <= history.top) return true
    if (isOther) replica.goesPast(since.epoch)
    this.#want(topic)
    return false
  }

  /** Nothing is read any more. */
  stop(): void {
    this.#readings.stop()
    this.#attendance.stop()
    for (const topic of this.#topics.all()) this.#abandon(topic)
  }

  /** Something about a topic has arrived. */
  take(name: string, arrival: Arrival): void {
    const topic = this.#topics.get(name)
    const replica = topic?.replica
    if (!topic || !replica || (waitsFor(topic, arrival) && replica.holds(arrival))) return
    this.#take(topic, arrival)
  }

  /** Messages may have been missed. */
  gap({ subjects, lost }: Gap): void {
    const topics = subjects.flatMap((subject) => this.#topics.get(topicOf(subject) ?? '') ?? [])
    const followed: Topic[] = []
    for (const topic of topics) {
      // Where nothing is kept, that is all there is to be said; where something is, it may be that nothing was missed.
      if (!keepsHistory(topic)) tellMissed(topic)
      // What was told of who is present may have been taken back since.
      topic.replica?.drop(isMembers)
      if (topic.presence === null && topic.history !== null) followed.push(topic)
      else if (isRead(topic)) this.#want(topic)
    }
    this.#attendance.again(lost ? topics : [])
    void this.#compare(followed)
  }

  /** A node is gone, and who was there. */
  nodeGone(node: NodeId): void {
    this.#attendance.nodeGone(node)
  }

  /** Most histories stand where they stood: only those that do not are read. Never rejects. */
  async #compare(topics: readonly Topic[]): Promise<void> {
    const rounds = topics.map(({ replica }) => replica?.begin())
    for (let from = 0; from < topics.length; from += A_STEP) {
      const some = topics.slice(from, from + A_STEP)
      const tops = await this.#cluster.backplane.tops(some.map(({ name }) => topicSubject(name)))
      for (const [at, topic] of some.entries()) {
        if (topic.replica?.round !== rounds[from + at]) continue
        const { epoch, offset } = tops?.[at] ?? {}
        const isSame = epoch !== undefined && epoch === topic.history?.epoch && offset === topic.history.top
        if (isSame) this.#end(topic)
        else this.#want(topic)
      }
    }
  }

  /** From now on what arrives of it waits, until it was read. */
  #want(topic: Topic): void {
    topic.replica?.begin()
    this.#readings.make(topic)
  }

  #abandon(topic: Topic): void {
    this.#readings.forget(topic)
    topic.replica?.begin()
    topic.replica?.release()
  }

  /** Reads what the engine has of it beyond what is here; `false` if that cannot be told now. Never rejects. */
  async #read(topic: Topic): Promise<boolean> {
    const { replica, name } = topic
    if (replica === null) return true
    const { round } = replica
    await this.#cluster.interest.attached(topicSubject(name))
    const facts = replica.round === round ? await this.#facts(topic) : null
    // Overtaken: whoever has done so reads it.
    if (replica.round !== round) return true
    if (facts === null) return false
    const { history, entries } = facts
    if (history !== null) this.#restore(topic, history)
    if (entries !== null) this.#attendance.restore(topic, entries)
    this.#end(topic)
    return true
  }

  /** Null if it cannot be told now. */
  async #facts(topic: Topic): Promise<Facts | null> {
    const keeps = keepsHistory(topic)
    const isAttended = topic.presence !== null
    const [history, entries] = await Promise.all([
      keeps ? this.#history(topic) : null,
      isAttended ? this.#cluster.backplane.present(topicSubject(topic.name)) : null,
    ])
    return (keeps && history === null) || (isAttended && entries === null) ? null : { history, entries }
  }

  async #history({ name, history }: Topic): Promise<KnownHistory | null> {
    const { backplane } = this.#cluster
    const subject = topicSubject(name)
    const since = history && (await backplane.history(subject, history.position))
    if (history !== null && since === null) return null
    if (since?.complete) return { read: since, follows: true }
    const read = await backplane.history(subject, null)
    return read && { read, follows: false }
  }

  #restore(topic: Topic, { read, follows }: KnownHistory): void {
    if (follows) return this.#receiving.follow(topic, read.items)
    const { history: before, replica } = topic
    this.#receiving.replace(topic, read)
    if (before !== null) replica?.goesPast(before.epoch)
    replica?.isAt(read.top.epoch)
    if (before !== null) tellMissed(topic)
  }

  /** All of it is here; takes what has arrived meanwhile. */
  #end(topic: Topic): void {
    const isWhole = topic.replica?.end((arrival) => this.#take(topic, arrival))
    if (isWhole === false) this.#want(topic)
  }

  #take(topic: Topic, { letter, message }: Arrival): void {
    const { position, from } = message
    const { history } = topic
    if (letter.kind === LETTER.MEMBERS) return this.#attendance.told(topic, from, letter.parts[0])
    if (letter.kind !== LETTER.EVENT) return
    if (position === undefined || history === null) return this.#receiving.take(topic, letter, undefined)
    const isKnown = position.epoch === history.epoch && position.offset <= history.top
    if (isKnown) return
    const isNext = position.epoch === history.epoch && position.offset === history.top + 1
    if (isNext) this.#receiving.take(topic, letter, position.offset)
    // Something is missing before it; what is read now has it, too.
    else this.#want(topic)
  }
}

/** Whether its history is followed here. A client that was let in before there was one knows of none. */
function keepsHistory({ definition, history, members }: Topic): boolean {
  if (definition?.history == null) return false
  return history !== null || ![...members.values()].some(({ byClient }) => byClient)
}

const isMembers = ({ letter }: Arrival): boolean => letter.kind === LETTER.MEMBERS

/** Whether there is anything to be read of it. */
const isRead = (topic: Topic): boolean => topic.presence !== null || keepsHistory(topic)

/** Whether something has to wait for what is read: not what would be late by it, and is in no order with that. */
const waitsFor = (topic: Topic, arrival: Arrival): boolean => isMembers(arrival) || topic.definition?.history != null
