import { type Payload, type WhenOf, WSE_ERROR, WseError } from '@wse/protocol'
import type { BackplaneState, Gap } from '@wse/protocol/backplane'
import { FRAME_LIMITS, invalidOption, type Rules, Signals, toWseError } from '@wse/protocol/internal'
import { Ambient } from '../ambient/ambient.js'
import { Cluster } from '../backplane/cluster.js'
import { LETTER } from '../backplane/letter.js'
import { Addressing, openDirectory } from '../people/addressing.js'
import type { Cid } from '../people/cid.js'
import type { TargetOf } from '../people/parse-target.js'
import type { WseConnection, WseIdentity } from '../people/people.js'
import { PeopleElsewhere } from '../people/spread/people-elsewhere.js'
import { PeopleHere } from '../people/spread/people-here.js'
import type { Target } from '../people/target.js'
import { definitionOf } from '../topics/definition.js'
import { PresenceNews } from '../topics/presence-news.js'
import type { Publication, PublishOptions } from '../topics/publication.js'
import { Publisher } from '../topics/publisher.js'
import { Elsewhere } from '../topics/spread/elsewhere.js'
import { Topics } from '../topics/topics.js'
import { type PublisherOptions, publisherSettings } from './options.js'

/** The events of `publisher.when`, with what each carries. */
export type PublisherEvents = {
  /** The servers can be reached, or not; `detail` is for people. */
  backplane: [state: BackplaneState, detail: string]
  /** Answers of servers may have been missed. */
  gap: [gap: Gap]
  /** Something failed that is nobody's answer. */
  error: [error: WseError]
}

/** Milliseconds servers have to tell what filters they have. */
const TELL_WITHIN = 1_000

/** Bytes of histories it would keep, if somebody subscribed to it. */
const NO_HISTORIES = 0

/** Nobody is here. */
const NOBODY: ReadonlyMap<Cid, WseIdentity> = new Map()

/** What stands around topics nobody subscribes to here. */
const NO_RULES: Rules = { use: [], timeout: 0, received: null, sent: null, error: null }

/**
 * Reaches the people and topics of servers from a process that is none: a job, a worker, a script.
 *
 * @example
 * const publisher = createPublisher({ backplane: redisBackplane({ shards: ['redis://127.0.0.1'] }) })
 * await publisher.ready()
 * publisher.send('ann', 'invoice', { id: 7 })
 * await publisher.publish('orders:eu', 'paid', { id: 7 })
 * await publisher.close()
 */
export class WsePublisher extends Addressing {
  /** Its events; each subscribes with a listener, or is a promise of the next occurrence without one. */
  readonly when: WhenOf<PublisherEvents>
  readonly #signals: Signals<PublisherEvents>
  readonly #cluster: Cluster
  readonly #topics: Topics
  readonly #elsewhere: Elsewhere
  readonly #publisher: Publisher
  readonly #started: Promise<void>
  #closing: Promise<void> | null = null

  /** Made by {@link createPublisher}. @throws {WseError} `INVALID_OPTION`, `INVALID_NAME` */
  constructor(options: PublisherOptions) {
    super()
    const { backplane, clock, codecs, guard, topics, timeout } = publisherSettings(options)
    const limits = FRAME_LIMITS
    const failed = (thrown: unknown) =>
      this.#signals.emit('error', toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR))
    this.#signals = new Signals<PublisherEvents>(['backplane', 'gap', 'error'], failed)
    this.when = this.#signals.when
    this.#cluster = new Cluster({ backplane, clock, codecs, limits })
    this.#topics = new Topics(clock, NO_HISTORIES, new PresenceNews(clock), failed)
    for (const [template, given] of topics)
      this.#topics.define(definitionOf(template, given, { guard, rulesOf: () => NO_RULES }))
    this.#elsewhere = new Elsewhere(this.#cluster, this.#topics)
    const everywhere = this.#elsewhere.publisher
    const parts = { topics: this.#topics, codecs, limits, guard, clients: NOBODY }
    this.#publisher = new Publisher({ ...parts, everywhere, published() {} })
    openDirectory(this, {
      clients: NOBODY,
      devices: [],
      ambient: new Ambient(),
      voice: { guard, handling: { sent() {} } },
      elsewhere: new PeopleElsewhere(this.#cluster, timeout),
      publisher: this.#publisher,
    })
    this.#started = this.#start(failed)
  }

  /** Whether the servers can be reached now. */
  get state(): BackplaneState {
    return this.#cluster.backplane.state
  }

  /**
   * Resolves once the servers can be reached, however long that takes: before that what is sent reaches nobody.
   *
   * @throws {WseError} (by rejection) `CLOSED` if it is closed before
   */
  async ready(): Promise<void> {
    await this.#started
    if (this.#closing !== null) throw new WseError(WSE_ERROR.CLOSED, {}, { message: 'the publisher is closed' })
  }

  /**
   * Publishes an event to whoever is subscribed to the topic. What it gives may be awaited, for what became of it.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`
   */
  publish(topic: string, event: string, data?: Payload, options?: PublishOptions): Publication {
    return this.#publisher.publish(topic, event, data, options)
  }

  /**
   * Some people, as `server.to`, but for a predicate: nobody is here whom it could be asked about.
   *
   * @throws {WseError} `INVALID_OPTION`
   */
  override to(target: TargetOf): Target<WseConnection> {
    if (typeof target !== 'function') return super.to(target)
    throw invalidOption('target', 'takes no predicate: a publisher has no connections; name them, or use where')
  }

  /** Leaves; resolves when nothing of it is left. For good. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #start(failed: (thrown: unknown) => void): Promise<void> {
    const people = new PeopleHere(this.#cluster, NOBODY, () => [])
    const topics = this.#elsewhere
    await this.#cluster.start({
      topic() {},
      prefix() {},
      said() {},
      node: (arrival) => (arrival.letter.kind === LETTER.SHAPES ? topics.shapes(arrival) : people.take(arrival)),
      gap: (gap) => {
        topics.gap(gap)
        this.#signals.emit('gap', gap)
      },
      became: (node, became) => topics.node(node, became),
      state: (state, detail) => this.#signals.emit('backplane', state, detail),
      failed,
      answer: (question) => topics.answer(question) ?? people.answer(question),
    })
    await topics.learn(TELL_WITHIN)
  }

  async #close(): Promise<void> {
    this.#elsewhere.stop()
    this.#topics.clear()
    await this.#cluster.close()
    this.#signals.end(new WseError(WSE_ERROR.CLOSED, {}, { message: 'the publisher is closed' }), true)
  }
}
