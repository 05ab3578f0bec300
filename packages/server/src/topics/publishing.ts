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
import { Publication, type PublishOptions } from './publication.js'
import type { Publisher } from './publisher.js'
import type { Subscriber, Topic } from './topic.js'
import type { TopicRules } from './topic-rules.js'
import type { Topics } from './topics.js'

/** What publishing by clients needs of its server. */
export interface PublishingParts {
  readonly topics: Topics
  readonly rules: TopicRules
  readonly publisher: Publisher
}

/** Takes what clients publish: on topics they are subscribed to, what those have a handler for. */
export class Publishing {
  readonly #parts: PublishingParts

  constructor(parts: PublishingParts) {
    this.#parts = parts
  }

  /** Answers `~wse:publish`. @throws {WseError} `INVALID_PAYLOAD`, `TOPIC_FORBIDDEN`, and what the handler throws */
  publish(session: Subscriber, payload: Payload, call: RunningCall): Published | Promise<Published> {
    const wanted = parsePublish(payload)
    if (wanted === null) throw new WseError(WSE_ERROR.INVALID_PAYLOAD, {}, { message: 'takes a topic and an event' })
    const [topic, handler] = this.#handlerOf(session, wanted)
    const { history } = topic
    const known = history?.offsetOf(wanted.key)
    if (history && known !== undefined) return { epoch: history.epoch, offset: known, repeated: true }
    const context = this.#contextOf(session, topic, wanted, call, { key: wanted.key })
    const answer = this.#handle(topic, handler, context, wanted.data)
    return isThenable(answer)
      ? Promise.resolve(answer).then((late) => publishedOf(context, late))
      : publishedOf(context, answer)
  }

  /** Takes an event nobody waits for an answer to. Never throws. */
  told(session: Subscriber, event: TopicEvent): void {
    const { rules } = this.#parts
    const failed = (thrown: unknown) => rules.failed(thrown, session.conn, event.topic)
    try {
      const [topic, handler] = this.#handlerOf(session, event)
      const context = this.#contextOf(session, topic, event, null, { volatile: true })
      const result = this.#handle(topic, handler, context, event.data)
      if (isThenable(result)) Promise.resolve(result).catch(failed)
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
    { name, params }: Topic,
    { event, data }: Publish,
    call: RunningCall | null,
    options: PublishOptions,
  ): Context {
    const { topics, publisher } = this.#parts
    const asked = { conn, topic: name, params, clock: topics.clock, call }
    let { key, volatile } = options
    return new Context(asked, event, data, {
      publish(another, value, given) {
        const publication = publisher.publish(name, another, value, { key, volatile, ...given })
        // It names one event, of however many a handler publishes.
        key = undefined
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
    return this.#parts.rules.handle(definition as TopicDefinition, context, run)
  }
}

/** What a handler answers: with what it returned, and where the event stands that it published. */
function publishedOf({ published }: Context, answer: unknown): Published {
  const { offset, epoch } = published ?? {}
  return {
    ...(offset === undefined || epoch === undefined ? {} : { offset, epoch }),
    ...(published?.repeated ? { repeated: true } : {}),
    ...(answer === undefined || answer instanceof Publication ? {} : { answer: answer as Payload }),
  }
}

const isForbidden = (thrown: unknown) => thrown instanceof WseError && thrown.code === WSE_ERROR.TOPIC_FORBIDDEN
