import type { Payload, SendResult } from '@wse/protocol'
import {
  type Codec,
  checkName,
  checkSendOptions,
  type FrameLimits,
  type Guard,
  type Rules,
} from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import { Excepted } from '../people/excepted.js'
import type { Addressee } from '../people/fan-out.js'
import type { PublishesTo } from '../people/member.js'
import { connsOf, deviceOf, type WseIdentity } from '../people/people.js'
import { notAgreed } from './errors.js'
import { type EventPayload, OutgoingEvent } from './outgoing-event.js'
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
  published(event: EventPayload, publication: Publication, rules: Rules | undefined): void
}

/** Publishes events: what one costs depends on who gets it, not on how many topics there are. */
export class Publisher implements PublishesTo {
  readonly #parts: PublisherParts

  constructor(parts: PublisherParts) {
    this.#parts = parts
  }

  /** `by`: the user whose key it is. @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP` */
  publish(name: string, event: string, data: Payload, options?: PublishOptions, by?: Cid): Publication {
    const { topics } = this.#parts
    const topic = topics.forEvent(name, isKept(options))
    try {
      check(event, options, topic)
      this.#agreed(name, event, data)
      return this.#publish(topic, { topic: name, event, data }, options, keyOf(options?.key, by))
    } finally {
      // Nothing came of it.
      if (topic?.idle) topics.release(topic)
    }
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
    const delivery = new Delivery(outgoing, publication)
    const excepted = exceptedBy(options)
    const matching = topics.matching(name)
    for (const device of devices as Iterable<Subscriber>) {
      const isOn = device.joined?.members.has(name) || matching.has(device)
      if (isOn && !excepted?.has(device)) results.push(delivery.give(device, null))
      else {
        publication.dropped++
        results.push('dropped')
      }
    }
    delivery.end()
    this.#parts.published({ topic: name, event, data }, publication, topics.get(name)?.definition?.rules)
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
    if (topic === undefined) throw notAgreed(name)
    topic.said(event, data)
  }

  #publish(
    topic: Topic | null,
    payload: EventPayload,
    options: PublishOptions | undefined,
    key: string | undefined,
  ): Publication {
    const history = isKept(options) ? topic?.history : null
    const known = history?.offsetOf(key)
    if (history && known !== undefined) return new Publication({ epoch: history.epoch, offset: known }, true)
    const excepted = exceptedBy(options)
    const outgoing = new OutgoingEvent(payload, options, history ? history.top + 1 : undefined)
    if (history && topic) this.#keep(topic, outgoing, key, excepted)
    const publication = new Publication(history?.position)
    deliver(outgoing, topic, this.#parts.topics.matching(payload.topic), excepted, publication)
    this.#parts.published(payload, publication, topic?.definition?.rules)
    return publication
  }

  /** Encoded now, whoever is there: what is kept must not change with the value it was made of. */
  #keep(topic: Topic, { kept }: OutgoingEvent, key: string | undefined, excepted: Excepted | null): void {
    const { codecs, limits, topics } = this.#parts
    if (kept === null || topic.history === null) return
    kept.prepare(codecs, limits)
    topics.histories.add(topic, { message: kept, key, excepted })
  }
}

/** Whether an event is one that a history keeps. */
export const isKept = (options: PublishOptions | undefined): boolean =>
  !options?.volatile && options?.latest === undefined

/** Keys of a user are its own: what it names keeps nothing of the server's, nor of others', from being published. */
export function keyOf(key: string | undefined, by: Cid | undefined): string | undefined {
  return key === undefined ? undefined : JSON.stringify(by === undefined ? [key] : [by, key])
}

/** The devices of a user: a session is what is behind each connection. */
function devicesOf(cid: Cid, clients: ReadonlyMap<Cid, WseIdentity>): Subscriber[] {
  const user = clients.get(cid)
  return user === undefined ? [] : connsOf(user).map((conn) => deviceOf(conn) as unknown as Subscriber)
}

const exceptedBy = (options: PublishOptions | undefined) =>
  options?.except === undefined ? null : new Excepted(options.except)

function check(event: string, options: PublishOptions | undefined, topic: Topic | null): void {
  checkName(event)
  checkPublishOptions(options, topic?.history != null)
  if (options?.latest !== undefined) checkSendOptions({ volatile: options.volatile, latest: options.latest })
}

/** Gives an event to one after the other: one that cannot take it counts as dropped, and disturbs no other. */
class Delivery {
  readonly #event: OutgoingEvent
  readonly #publication: Publication
  #failure: unknown

  constructor(event: OutgoingEvent, publication: Publication) {
    this.#event = event
    this.#publication = publication
  }

  give(session: Subscriber, member: Member | null): SendResult {
    let result: SendResult = 'dropped'
    try {
      result = this.#event.giveTo(session, member)
    } catch (error) {
      this.#failure = error
    }
    this.#publication[result]++
    return result
  }

  /** @throws {WseError} what nobody could be told */
  end(): void {
    const { sent, queued } = this.#publication
    if (this.#failure !== undefined && sent + queued === 0) throw this.#failure
  }
}

/** @throws {WseError} what nobody could be told */
function deliver(
  event: OutgoingEvent,
  topic: Topic | null,
  matching: ReadonlySet<Subscriber>,
  excepted: Excepted | null,
  publication: Publication,
): void {
  const delivery = new Delivery(event, publication)
  for (const member of topic?.members.values() ?? []) {
    if (excepted?.has(member.session)) event.skip(member)
    else delivery.give(member.session, member)
  }
  for (const session of matching) {
    if (!topic?.members.has(session) && !excepted?.has(session)) delivery.give(session, null)
  }
  delivery.end()
}
