import { WseError } from '@wse/protocol'
import { ALL, type Gap, type NodeId } from '@wse/protocol/backplane'
import { createId, type TopicPosition, toWire, type WireError } from '@wse/protocol/internal'
import type { NodeQuestion } from '../../backplane/asks.js'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'
import { topicSubject } from '../../backplane/subjects.js'
import type { PublishesEverywhere } from '../publisher.js'
import type { Whose } from '../reviewing.js'
import type { Subscriber, Topic } from '../topic.js'
import type { Topics, TopicsElsewhere } from '../topics.js'
import { Everywhere } from './everywhere.js'
import { Spread } from './spread.js'
import { FILTERS, SpreadFilters } from './spread-filters.js'

/** What a letter says of subscriptions that are to be ended. */
interface KickAbout {
  readonly whose: Whose
  readonly error: WireError
}

/** Topics as far as they are on other servers: it joins the parts, and does nothing itself. */
export class Elsewhere implements TopicsElsewhere {
  readonly publisher: PublishesEverywhere
  /** Ends subscriptions that other servers say are to be ended. */
  onKick: ((topic: string, whose: Whose, error: WseError) => void) | null = null
  readonly #cluster: Cluster
  readonly #topics: Topics
  readonly #spread: Spread
  readonly #filters: SpreadFilters

  constructor(cluster: Cluster, topics: Topics) {
    this.#cluster = cluster
    this.#topics = topics
    this.#spread = new Spread(cluster, topics)
    this.#filters = new SpreadFilters(cluster)
    this.publisher = new Everywhere(cluster, this.#filters.shapes, topics)
  }

  /** Timers armed. */
  get timers(): number {
    return this.#spread.timers
  }

  born(topic: Topic): void {
    this.#spread.born(topic)
  }

  released(topic: Topic): void {
    this.#spread.released(topic)
  }

  adopted(topic: Topic): void {
    this.#spread.adopted(topic)
  }

  reaches(topic: Topic, since: TopicPosition | undefined): boolean {
    return this.#spread.reaches(topic, since)
  }

  filterAdded(filter: string, subscriber: Subscriber): void {
    this.#filters.add(filter, subscriber)
  }

  filterRemoved(filter: string, subscriber: Subscriber): void {
    this.#filters.remove(filter, subscriber)
  }

  /** Ends subscriptions on other servers. */
  kick(topic: string, whose: Whose, error: WseError): void {
    const about: KickAbout = { whose, error: toWire(error, createId(this.#cluster.clock)) }
    this.#cluster.write(topicSubject(topic), LETTER.KICK, about, [])
  }

  /** Something about a topic has arrived. */
  topic(name: string, arrival: Arrival): void {
    const { letter, message } = arrival
    if (letter.kind !== LETTER.KICK) return this.#spread.take(name, arrival)
    if (message.from === this.#cluster.node) return
    const { whose, error } = letter.about as KickAbout
    const { code, message: text, details } = error
    this.onKick?.(name, whose, new WseError(code, details as Record<string, unknown> | undefined, { message: text }))
  }

  /** An event for those whose filters begin so. */
  prefix(prefix: string, arrival: Arrival): void {
    const isMember = (topic: string, device: Subscriber) => this.#topics.get(topic)?.members.has(device) === true
    this.#filters.take(prefix, arrival, isMember)
  }

  /** Another node tells of its filters. */
  shapes({ letter, message }: Arrival): void {
    if (letter.kind === LETTER.SHAPES) this.#filters.told(message, letter.about as never)
  }

  /** Asks the others what filters they have; resolves once they have told, or time is up. Never rejects. */
  learn(timeout: number): Promise<void> {
    return this.#filters.learn(timeout)
  }

  /** Answers what another server asks of topics; undefined for what is no such question. */
  answer({ question }: NodeQuestion): unknown {
    return question === FILTERS ? this.#filters.own : undefined
  }

  gap(gap: Gap): void {
    this.#spread.gap(gap)
    if (gap.subjects.includes(ALL)) this.#filters.again()
  }

  node(node: NodeId, became: 'up' | 'down'): void {
    this.#filters.node(node, became)
    if (became === 'down') this.#spread.nodeGone(node)
  }

  /** Nothing more is done. */
  stop(): void {
    this.#spread.stop()
  }
}
