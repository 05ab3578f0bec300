import type { Data } from '@wse/protocol'
import type { PublishResult } from '@wse/protocol/backplane'
import type { Cluster } from '../../backplane/cluster.js'
import type { EventAbout } from '../../backplane/event-about.js'
import { LETTER } from '../../backplane/letter.js'
import { prefixSubject, topicSubject } from '../../backplane/subjects.js'
import { exceptedBy } from '../../people/excepted.js'
import { deliver } from '../deliver.js'
import { type EventPayload, formsOf, OutgoingEvent } from '../outgoing-event.js'
import { Publication, type PublishOptions } from '../publication.js'
import type { Kept, PublishesEverywhere } from '../publisher.js'
import type { Topics } from '../topics.js'
import { EventEncoder } from './event-encoder.js'
import type { Shapes } from './shapes.js'

/** An event on its way to all nodes. */
interface Outbound {
  readonly topic: string
  readonly about: EventAbout
  readonly frames: readonly Data[]
  readonly kept: Kept | null
  readonly publication: Publication
}

/** Publishes events on every node where somebody wants them. */
export class Everywhere implements PublishesEverywhere {
  readonly #cluster: Cluster
  readonly #encoder: EventEncoder
  readonly #shapes: Shapes
  /** Whose members are told where nobody else can be. */
  readonly #topics: Topics

  constructor(cluster: Cluster, shapes: Shapes, topics: Topics) {
    this.#cluster = cluster
    this.#encoder = new EventEncoder(cluster)
    this.#shapes = shapes
    this.#topics = topics
  }

  publish(payload: EventPayload, options: PublishOptions | undefined, kept: Kept | null): Publication {
    const { topic } = payload
    const { interest } = this.#cluster
    const { about, frames } = this.#encoder.encode(payload, options)
    // What is kept goes round or not at all: nobody else could say where it stands.
    const publication = kept === null ? new Fleeting(this, payload, options) : new Publication(null)
    const outbound: Outbound = { topic, about, frames, kept, publication }
    const subject = topicSubject(topic)
    if (interest.isAttaching(subject)) interest.whenAttached(subject, () => this.#write(outbound))
    else this.#write(outbound)
    return publication
  }

  /** Those who are here are told, though nobody else can be. */
  tellHere(payload: EventPayload, options: PublishOptions | undefined): void {
    const { topic: name } = payload
    const topic = this.#topics.get(name) ?? null
    const event = new OutgoingEvent(formsOf(payload, options, undefined))
    // What filters want is on a way of its own, which may be open.
    const matching = this.#cluster.isReachable ? [] : this.#topics.matching(name)
    try {
      deliver(event, topic, matching, exceptedBy(options), { sent: 0, queued: 0, dropped: 0 })
    } catch (thrown) {
      this.#cluster.failed(thrown)
    }
  }

  #write({ topic, about, frames, kept, publication }: Outbound): void {
    const own = kept?.key === undefined ? about : { ...about, k: kept.key }
    this.#cluster.write(topicSubject(topic), LETTER.EVENT, own, frames, kept ?? undefined, publication)
    const prefixes = this.#shapes.prefixesOf(topic)
    if (prefixes.length === 0) return
    // The same for those who want it by filters; of what is kept they have no history.
    const asked = { ...about, t: topic, p: prefixes.map(({ length }) => length) }
    for (const prefix of prefixes) this.#cluster.write(prefixSubject(prefix), LETTER.EVENT, asked, frames)
  }
}

/** The publication of an event that is not kept: it is for those who are here at the least. */
class Fleeting extends Publication {
  readonly #everywhere: Everywhere
  readonly #payload: EventPayload
  readonly #options: PublishOptions | undefined

  constructor(everywhere: Everywhere, payload: EventPayload, options: PublishOptions | undefined) {
    super(null)
    this.#everywhere = everywhere
    this.#payload = payload
    this.#options = options
  }

  override settle(result: PublishResult): void {
    const isNowhere = !result.ok && result.reason !== 'timeout'
    if (isNowhere) this.#everywhere.tellHere(this.#payload, this.#options)
    super.settle(result)
  }
}
