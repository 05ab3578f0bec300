import { type Payload, type SendResult, WSE_ERROR, WseError } from '@wse/protocol'
import { type Codec, checkName, checkSendOptions, type FrameLimits, type Guard } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import type { Addressee } from '../people/fan-out.js'
import type { PublishesTo } from '../people/member.js'
import type { WseIdentity } from '../people/people.js'
import { devicesOf, exceptedOf } from './excepted.js'
import { Memberships } from './memberships.js'
import { OutgoingEvent } from './outgoing-event.js'
import { checkPublishOptions, Publication, type PublishOptions } from './publication.js'
import type { Member, Subscriber, Topic } from './topic.js'
import type { Topics } from './topics.js'

/** What a publisher works with. */
export interface PublisherParts {
  readonly topics: Topics
  readonly codecs: readonly Codec[]
  readonly limits: FrameLimits
  /** What is kept of a contract; null without one. */
  readonly guard: Guard | null
  /** Users by id. */
  readonly clients: ReadonlyMap<Cid, WseIdentity>
  /** An event was published. */
  published(topic: string, event: string, data: Payload, publication: Publication): void
}

/** Publishes events: what one costs depends on who gets it, not on how many topics there are. */
export class Publisher implements PublishesTo {
  readonly #parts: PublisherParts

  constructor(parts: PublisherParts) {
    this.#parts = parts
  }

  /** @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP` */
  publish(name: string, event: string, data: Payload, options?: PublishOptions): Publication {
    const { topics } = this.#parts
    const topic = topics.forEvent(name)
    try {
      return this.#publish(topic, name, event, data, options)
    } catch (error) {
      // It may have been there for this event alone.
      if (topic !== null) topics.release(topic)
      throw error
    }
  }

  #publish(
    topic: Topic | null,
    name: string,
    event: string,
    data: Payload,
    options: PublishOptions | undefined,
  ): Publication {
    check(event, options, topic)
    this.#agreed(name, event, data)
    const isKept = !options?.volatile && options?.latest === undefined
    const history = isKept ? topic?.history : null
    const known = history?.offsetOf(options?.key)
    if (history && known !== undefined) return new Publication({ epoch: history.epoch, offset: known }, true)
    const excepted = this.#excepted(options)
    const payload = { topic: name, event, data }
    const outgoing = new OutgoingEvent(payload, options, history ? history.top + 1 : undefined)
    if (history && topic) this.#keep(topic, outgoing, options?.key, excepted)
    const publication = new Publication(history?.position)
    deliver(outgoing, topic, this.#matching(name), excepted, publication)
    this.#parts.published(name, event, data, publication)
    return publication
  }

  publishTo(
    devices: Iterable<Addressee>,
    name: string,
    event: string,
    data: Payload,
    options?: PublishOptions,
    results: SendResult[] = [],
  ): Publication {
    check(event, options, null)
    this.#agreed(name, event, data)
    const { topics } = this.#parts
    const outgoing = new OutgoingEvent({ topic: name, event, data }, options, undefined)
    const publication = new Publication()
    const excepted = this.#excepted(options)
    for (const device of devices as Iterable<Subscriber>) {
      const isOn = new Memberships(device, topics).has(name) && !excepted?.has(device)
      const result = isOn ? outgoing.giveTo(device, null) : 'dropped'
      publication[result]++
      results.push(result)
    }
    this.#parts.published(name, event, data, publication)
    return publication
  }

  /** The same for all devices of a user. @throws {WseError} as {@link publish} */
  publishToUser(cid: Cid, name: string, event: string, data: Payload, options?: PublishOptions): Publication {
    return this.publishTo(devicesOf(cid, this.#parts.clients), name, event, data, options)
  }

  /** @throws {WseError} `INVALID_NAME`, `INVALID_PAYLOAD` */
  #agreed(name: string, event: string, data: Payload): void {
    const { guard } = this.#parts
    if (guard === null) return
    const topic = guard.topic(name)
    if (topic === undefined) throw unknownTo(name)
    topic.said(event, data)
  }

  #excepted(options: PublishOptions | undefined): ReadonlySet<Subscriber> | null {
    return options?.except === undefined ? null : exceptedOf(options.except, this.#parts.clients)
  }

  #matching(name: string): Iterable<Subscriber> {
    const { filters } = this.#parts.topics
    return filters.size === 0 ? NOBODY : filters.match(name)
  }

  /** Encoded now, whoever is there: what is kept must not change with the value it was made of. */
  #keep(
    topic: Topic,
    { kept }: OutgoingEvent,
    key: string | undefined,
    excepted: ReadonlySet<Subscriber> | null,
  ): void {
    const { codecs, limits, topics } = this.#parts
    if (kept === null || topic.history === null) return
    kept.prepare(codecs, limits)
    topic.history.add({ message: kept, key, excepted }, topics.now)
    topics.keeps(topic)
  }
}

const unknownTo = (name: string) =>
  new WseError(WSE_ERROR.INVALID_NAME, {}, { message: `the contract has no topic ${name}` })

const NOBODY: readonly Subscriber[] = []

function check(event: string, options: PublishOptions | undefined, topic: Topic | null): void {
  checkName(event)
  checkPublishOptions(options, topic?.history != null)
  if (options?.latest !== undefined) checkSendOptions({ volatile: options.volatile, latest: options.latest })
}

/** @throws {WseError} what nobody could be told */
function deliver(
  event: OutgoingEvent,
  topic: Topic | null,
  matching: Iterable<Subscriber>,
  excepted: ReadonlySet<Subscriber> | null,
  publication: Publication,
): void {
  let failure: unknown
  for (const member of topic?.members.values() ?? []) {
    if (excepted?.has(member.session)) event.skip(member)
    else failure = give(event, member.session, member, publication) ?? failure
  }
  for (const session of matching) {
    if (topic?.members.has(session) || excepted?.has(session)) continue
    failure = give(event, session, null, publication) ?? failure
  }
  if (failure !== undefined && publication.sent + publication.queued === 0) throw failure
}

/** One that cannot take it counts as dropped, and disturbs no other: what is thrown is returned. */
function give(event: OutgoingEvent, session: Subscriber, member: Member | null, publication: Publication): unknown {
  try {
    publication[event.giveTo(session, member)]++
    return undefined
  } catch (error) {
    publication.dropped++
    return error
  }
}
