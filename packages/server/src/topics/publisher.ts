import type { Data, Payload, SendResult } from '@wse/protocol'
import type { HistoryBounds } from '@wse/protocol/backplane'
import {
  type Codec,
  checkName,
  checkSendOptions,
  checkTopic,
  type FrameLimits,
  type Guard,
  type Rules,
} from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import { type Excepted, exceptedBy } from '../people/excepted.js'
import type { Addressee } from '../people/fan-out.js'
import { connsOf } from '../people/identity.js'
import type { PublishesTo } from '../people/member.js'
import { deviceOf, type WseConnection, type WseIdentity } from '../people/people.js'
import type { EncodedEvent, EventToAbout } from '../people/spread/abouts.js'
import { Delivery, deliver } from './deliver.js'
import { notAgreed } from './errors.js'
import { type EventPayload, formsOf, OutgoingEvent } from './outgoing-event.js'
import { checkPublishOptions, PUBLISHED, Publication, type PublishOptions } from './publication.js'
import { EventEncoder } from './spread/event-encoder.js'
import { relayedForms } from './spread/relayed-event.js'
import type { Subscriber, Topic } from './topic.js'
import type { Topics } from './topics.js'

/** Publishes events on every server of several. */
export interface PublishesEverywhere {
  /** `history`: what is kept; null for nothing. `key`: as the history has it. @throws {WseError} what cannot be encoded */
  publish(payload: EventPayload, options: PublishOptions | undefined, kept: Kept | null): Publication
}

/** How an event is kept. */
export interface Kept {
  readonly history: HistoryBounds
  /** As the history has it. */
  readonly key: string | undefined
}

/** What a publisher works with. */
export interface PublisherParts {
  readonly topics: Topics
  readonly codecs: readonly Codec[]
  readonly limits: FrameLimits
  /** What is kept of a contract; null without one. */
  readonly guard: Guard | null
  /** Users by id. */
  readonly clients: ReadonlyMap<Cid, WseIdentity>
  /** Publishes on other servers as well; null where there are none. */
  readonly everywhere: PublishesEverywhere | null
  /** An event was published. */
  published(event: EventPayload, publication: Publication, rules: Rules | undefined): void
}

/** Publishes events: what one costs depends on who gets it, not on how many topics there are. */
export class Publisher implements PublishesTo {
  readonly #parts: PublisherParts
  readonly #encoder: EventEncoder

  constructor(parts: PublisherParts) {
    this.#parts = parts
    this.#encoder = new EventEncoder(parts)
  }

  /** `by`: the user whose key it is. @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP` */
  publish(name: string, event: string, data: Payload, options?: PublishOptions, by?: Cid): Publication {
    const { topics, everywhere } = this.#parts
    if (everywhere !== null) return this.#publishEverywhere(everywhere, { topic: name, event, data }, options, by)
    const topic = topics.forEvent(name, isKept(options))
    try {
      check(event, options, topic?.history != null)
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
    check(event, options, false)
    this.#agreed(name, event, data)
    const { topics } = this.#parts
    const outgoing = new OutgoingEvent(formsOf({ topic: name, event, data }, options, undefined))
    const publication = new Publication(PUBLISHED)
    const delivery = new Delivery(outgoing, publication)
    const excepted = exceptedBy(options)
    const isOn = isOnTopic(name, topics.matching(name))
    for (const device of devices as Iterable<Subscriber>) {
      if (isOn(device) && !excepted?.has(device)) results.push(delivery.give(device, null))
      else {
        publication.dropped++
        results.push('dropped')
      }
    }
    delivery.end()
    this.#parts.published({ topic: name, event, data }, publication, topics.get(name)?.definition?.rules)
    return publication
  }

  /** An event as other servers are given it, for some devices of theirs. @throws {WseError} as {@link publishTo} */
  encoded(payload: EventPayload, options: PublishOptions | undefined): EncodedEvent {
    const { about, frames } = this.#encoder.encode(payload, options)
    return { about: { ...about, t: payload.topic }, frames }
  }

  /** Gives an event of another server to those of some devices that are on its topic; says what became of each. */
  relayTo(devices: Iterable<Subscriber>, { t: name, ...about }: EventToAbout, frames: readonly Data[]): SendResult[] {
    const { topics } = this.#parts
    const forms = relayedForms(name, about, frames, undefined, this.#parts)
    const delivery = new Delivery(new OutgoingEvent(forms), { sent: 0, queued: 0, dropped: 0 })
    const isOn = isOnTopic(name, topics.matching(name))
    return Array.from(devices, (device) => (isOn(device) ? delivery.give(device, null) : 'dropped'))
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
    if (history && known !== undefined) return new Publication(again(history.epoch, known))
    const excepted = exceptedBy(options)
    const forms = formsOf(payload, options, history ? history.top + 1 : undefined)
    if (history && topic) this.#keep(topic, forms, key, excepted)
    const publication = new Publication(history ? { ...PUBLISHED, position: history.position } : PUBLISHED)
    deliver(new OutgoingEvent(forms), topic, this.#parts.topics.matching(payload.topic), excepted, publication)
    this.#parts.published(payload, publication, topic?.definition?.rules)
    return publication
  }

  #publishEverywhere(
    everywhere: PublishesEverywhere,
    payload: EventPayload,
    options: PublishOptions | undefined,
    by: Cid | undefined,
  ): Publication {
    const { topics } = this.#parts
    const { topic: name, event, data } = payload
    checkTopic(name)
    const definition = topics.get(name)?.definition ?? topics.definitionOf(name)?.value
    const history = isKept(options) ? definition?.history : null
    check(event, options, definition?.history != null)
    this.#agreed(name, event, data)
    const kept = history ? { history, key: keyOf(options?.key, by) } : null
    const publication = everywhere.publish(payload, options, kept)
    this.#parts.published(payload, publication, definition?.rules)
    return publication
  }

  /** Encoded now, whoever is there: what is kept must not change with the value it was made of. */
  #keep(topic: Topic, { kept }: ReturnType<typeof formsOf>, key: string | undefined, excepted: Excepted | null): void {
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

/** A connection as topics see it: a session is what is behind each. */
export const subscriberOf = (conn: WseConnection): Subscriber => deviceOf(conn) as unknown as Subscriber

/** The devices of a user: a session is what is behind each connection. */
function devicesOf(cid: Cid, clients: ReadonlyMap<Cid, WseIdentity>): Subscriber[] {
  const user = clients.get(cid)
  return user === undefined ? [] : connsOf(user).map(subscriberOf)
}

const isOnTopic = (name: string, matching: ReadonlySet<Subscriber>) => (device: Subscriber) =>
  device.joined?.members.has(name) === true || matching.has(device)

const again = (epoch: string, offset: number) => ({ ...PUBLISHED, position: { epoch, offset }, repeated: true })

function check(event: string, options: PublishOptions | undefined, hasHistory: boolean): void {
  checkName(event)
  checkPublishOptions(options, hasHistory)
  if (options?.latest !== undefined) checkSendOptions({ volatile: options.volatile, latest: options.latest })
}
