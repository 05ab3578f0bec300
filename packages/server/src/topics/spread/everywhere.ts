import type { Data } from '@wse/protocol'
import type { PublishResult, PublishSetup } from '@wse/protocol/backplane'
import type { Cluster } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'
import { prefixSubject, topicSubject } from '../../backplane/subjects.js'
import { exceptedBy } from '../../people/excepted.js'
import { deliver } from '../deliver.js'
import { type EventPayload, formsOf, OutgoingEvent } from '../outgoing-event.js'
import { Publication, type PublishOptions } from '../publication.js'
import type { Kept, PublishesEverywhere } from '../publisher.js'
import type { Topics } from '../topics.js'
import { encodeEvent } from './encode-event.js'
import type { Shapes } from './shapes.js'

/** Publishes events on every node where somebody wants them. */
export class Everywhere implements PublishesEverywhere {
  readonly #cluster: Cluster
  readonly #shapes: Shapes
  /** Whose members are told where nobody else can be; null in a process without clients. */
  readonly #topics: Topics | null

  constructor(cluster: Cluster, shapes: Shapes, topics: Topics | null) {
    this.#cluster = cluster
    this.#shapes = shapes
    this.#topics = topics
  }

  publish(payload: EventPayload, options: PublishOptions | undefined, kept: Kept | null): Publication {
    const { interest } = this.#cluster
    const { about, frames } = encodeEvent(payload, options, this.#cluster)
    const own = { ...about, k: kept?.key }
    // What is kept goes round or not at all: nobody else could say where it stands.
    const alone = kept === null ? (result: PublishResult) => this.#alone(result, payload, options) : null
    const publication = new Publication(null, alone)
    const setup: PublishSetup | undefined = kept === null ? undefined : kept
    const subject = topicSubject(payload.topic)
    interest.whenAttached(subject, () => {
      this.#cluster.write(subject, LETTER.EVENT, own, frames, setup, publication)
      this.#toFilters(payload.topic, about, frames)
    })
    return publication
  }

  /** The same for those who want it by filters; of what is kept they have no history. */
  #toFilters(topic: string, about: object, frames: readonly Data[]): void {
    for (const prefix of this.#shapes.prefixesOf(topic))
      this.#cluster.write(prefixSubject(prefix), LETTER.EVENT, { ...about, t: topic }, frames)
  }

  /** Those who are here are told, though nobody else can be. */
  #alone(result: PublishResult, payload: EventPayload, options: PublishOptions | undefined): void {
    if (result.ok || result.reason === 'timeout' || this.#topics === null) return
    const topic = this.#topics.get(payload.topic) ?? null
    const event = new OutgoingEvent(formsOf(payload, options, undefined))
    const matching = this.#topics.matching(payload.topic)
    deliver(event, topic, matching, exceptedBy(options), { sent: 0, queued: 0, dropped: 0 })
  }
}
