import { type Payload, WSE_ERROR, WseError } from '@wse/protocol'
import {
  isThenable,
  type Publish,
  type Published,
  parsePublish,
  type RunningCall,
  type TopicEvent,
} from '@wse/protocol/internal'
import { Publishing as Context } from './contexts.js'
import type { TopicDefinition, TopicHandler } from './definition.js'
import { forbidden } from './errors.js'
import { Publication, type PublishOptions, PublishOutcome } from './publication.js'
import { isKept, keyOf, type Publisher } from './publisher.js'
import type { Subscriber, Topic } from './topic.js'
import type { TopicRules } from './topic-rules.js'
import type { Topics } from './topics.js'

/** What publishing by clients needs of its server. */
export interface PublishingParts {
  readonly topics: Topics
  readonly rules: TopicRules
  readonly publisher: Publisher
  /** Volatile events of a device that may be handled at once. */
  readonly most: number
}

/** Takes what clients publish: on topics they are subscribed to, what those have a handler for. */
export class Publishing {
  readonly #parts: PublishingParts

  constructor(parts: PublishingParts) {
    this.#parts = parts
  }

  /** Answers `~wse:publish`. @throws {WseError} `INVALID_PAYLOAD`, `TOPIC_FORBIDDEN`, `NOT_SUPPORTED`, and what the handler throws */
  publish(session: Subscriber, payload: Payload, call: RunningCall): Published | Promise<Published> {
    const wanted = parsePublish(payload)
    if (wanted === null) throw new WseError(WSE_ERROR.INVALID_PAYLOAD, {}, { message: 'takes a topic and an event' })
    const [topic, handler] = this.#handlerOf(session, wanted)
    const key = keyOf(wanted.key, session.cid)
    if (key === undefined) return this.#publish(session, topic, handler, wanted, call)
    const { history, underWay } = topic
    if (history === null) throw keepsNothing(topic.name)
    const offset = history.offsetOf(key)
    if (offset !== undefined) return { epoch: history.epoch, offset, repeated: true }
    const first = underWay.get(key)
    // If that fails, nothing was published.
    if (first !== undefined) return first.then(again, () => this.publish(session, payload, call))
    const published = this.#publish(session, topic, handler, wanted, call)
    if (!isThenable(published)) return published
    const done = () => void underWay.delete(key)
    underWay.set(key, published)
    published.then(done, done)
    return published
  }

  #publish(
    session: Subscriber,
    topic: Topic,
    handler: true | TopicHandler,
    wanted: Publish,
    call: RunningCall,
  ): Published | Promise<Published> {
    const context = this.#contextOf(session, topic, wanted, call)
    const answer = this.#handle(topic, handler, context, wanted.data)
    return isThenable(answer)
      ? Promise.resolve(answer).then((late) => settled(context, late))
      : settled(context, answer)
  }

  /** Takes an event nobody waits for an answer to. Never throws. */
  told(session: Subscriber, event: TopicEvent): void {
    const { rules, most } = this.#parts
    const { joined } = session
    // It may be lost. Who sends more than can be handled at once loses the rest.
    if (joined === null || joined.handling >= most) return
    const failed = (thrown: unknown) => rules.failed(thrown, session.conn, event.topic)
    try {
      const [topic, handler] = this.#handlerOf(session, event)
      const context = this.#contextOf(session, topic, event, null)
      const result = this.#handle(topic, handler, context, event.data)
      if (!isThenable(result)) return
      joined.handling++
      Promise.resolve(result)
        .catch(failed)
        .finally(() => joined.handling--)
    } catch (thrown) {
      // What it may not publish has no effect: a subscription may just have ended.
      if (!isForbidden(thrown)) failed(thrown)
    }
  }

  /** @throws {WseError} `TOPIC_FORBIDDEN` */
  #handlerOf({ joined }: Subscriber, { topic: name, event }: Publish): [topic: Topic, handler: true | TopicHandler] {
    const member = joined?.members.get(name)
    if (!member?.byClient) throw forbidden(name)
    const handler = member.topic.definition?.handlers.get(event)
    if (handler === undefined) throw forbidden(name, event)
    return [member.topic, handler]
  }

  #contextOf(
    { conn }: Subscriber,
    { name, params, history, definition }: Topic,
    { event, data, key }: Publish,
    call: RunningCall | null,
  ): Context {
    const { topics, publisher } = this.#parts
    const { template } = definition as TopicDefinition
    const asked = { conn, topic: name, template, params, clock: topics.clock, call }
    const volatile = call === null ? true : undefined
    let own = key
    return new Context(asked, event, data, {
      publish(another, value, given) {
        const options: PublishOptions = { volatile, ...given }
        if (own === undefined || options.key !== undefined || history === null || !isKept(options)) {
          return publisher.publish(name, another, value, options)
        }
        const publication = publisher.publish(name, another, value, { ...options, key: own }, conn.cid)
        // It names one event, of however many a handler publishes: the first that is kept.
        own = undefined
        return publication
      },
      reply: (another, value, given) => publisher.publishToUser(conn.cid, name, another, value, given),
    })
  }

  /** `data`: as it came. What is passed on is read by a contract where it arrives in the end, and once. */
  #handle({ definition }: Topic, handler: true | TopicHandler, context: Context, data: Payload): unknown {
    const { guard } = definition as TopicDefinition
    const pass = () => context.publish(context.event, guard === null ? context.payload : data)
    const run = handler === true ? pass : () => handler(context, context.payload)
    // What was published is told anyway, and is not to be waited for within middleware.
    const core = () => unless(run())
    return this.#parts.rules.handle(definition as TopicDefinition, context, core)
  }
}

const unless = (answer: unknown): unknown => (answer instanceof Publication ? undefined : answer)

/** What a handler answers, once it is known what became of what it published. @throws {WseError} `BACKPLANE_FAILED` */
function settled(context: Context, answer: unknown): Published | Promise<Published> {
  const { published } = context
  if (published === null || !published.pending) return publishedOf(context, answer)
  return published.then(({ ok, reason }) => {
    if (ok) return publishedOf(context, answer)
    const message = `${context.topic}: the servers cannot reach each other`
    throw new WseError(WSE_ERROR.BACKPLANE_FAILED, { topic: context.topic, reason }, { message })
  })
}

/** What a handler answers: with what it returned, and where the event stands that it published. */
function publishedOf({ published }: Context, answer: unknown): Published {
  const { offset, epoch } = published ?? {}
  return {
    ...(offset === undefined || epoch === undefined ? {} : { offset, epoch }),
    ...(published?.repeated ? { repeated: true } : {}),
    ...(answer === undefined || answer instanceof PublishOutcome ? {} : { answer: answer as Payload }),
  }
}

const again = (published: Published): Published => ({ ...published, repeated: true })

const keepsNothing = (topic: string) =>
  new WseError(WSE_ERROR.NOT_SUPPORTED, { topic }, { message: `${topic} keeps nothing that a key could name` })

const isForbidden = (thrown: unknown) => thrown instanceof WseError && thrown.code === WSE_ERROR.TOPIC_FORBIDDEN
