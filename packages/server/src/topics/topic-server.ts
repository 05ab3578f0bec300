import type { Payload } from '@wse/protocol'
import { Addressing } from '../people/addressing.js'
import type { ValuesOf } from './contexts.js'
import type { TopicOptions } from './definition.js'
import type { Publication, PublishOptions } from './publication.js'
import type { TopicEngine } from './topic-engine.js'
import { WseTopic } from './wse-topic.js'
import { WseTopics } from './wse-topics.js'

/** Gives a server its topics, once. For this package alone. */
export let openTopics: (server: TopicServer, engine: TopicEngine) => void

/** A server as far as its topics go: defined by template, published on by name. */
export abstract class TopicServer extends Addressing {
  #engine!: TopicEngine
  #topics!: WseTopics

  static {
    openTopics = (server, engine) => {
      server.#engine = engine
      server.#topics = new WseTopics(engine)
    }
  }

  /** The topics there are, and who is on them. */
  get topics(): WseTopics {
    return this.#topics
  }

  /**
   * Defines a topic, or all of a template: who may subscribe, what clients may publish, what is kept, who is told who is
   * there. A name goes before a template. See {@link TopicOptions}.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`
   * @example
   * server.topic('chat:user.{id}', {
   *   authorize: ({ user, params }) => user.cid === params.id,
   *   on: { message: (ctx, text) => ctx.publish('message', { from: ctx.user.cid, text }) },
   *   history: { size: 100 },
   * })
   */
  topic<const Template extends string>(template: Template, options: TopicOptions<ValuesOf<Template>> = {}): WseTopic {
    this.#engine.define(template, options as TopicOptions)
    return new WseTopic(template, this.#engine)
  }

  /**
   * Publishes an event to whoever is subscribed to the topic, encoded once.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`
   * @example
   * server.publish('room:42', 'said', { text: 'hello' }, { except: conn })
   */
  publish(topic: string, event: string, data?: Payload, options?: PublishOptions): Publication {
    return this.#engine.publisher.publish(topic, event, data, options)
  }
}
