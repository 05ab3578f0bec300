import type { Payload } from '@wse/protocol'
import { fillTemplate } from '@wse/protocol/internal'
import type { Publication, PublishOptions } from './publication.js'
import type { TopicEngine } from './topic-engine.js'

/** The parameters of a template: `{ id: 42 }` of `room:{id}`. */
export type Params = Readonly<Record<string, string | number>>

/**
 * What `server.topic()` has defined: one topic, or all of a template.
 *
 * @example
 * const rooms = server.topic('room:{id}', { on: { said: true } })
 * rooms.publish({ id: 42 }, 'said', { text: 'The room closes in 5 minutes' })
 */
export class WseTopic {
  /** As it was given. */
  readonly template: string
  readonly #engine: TopicEngine

  /** Made by a server. */
  constructor(template: string, engine: TopicEngine) {
    this.template = template
    this.#engine = engine
  }

  /** The name that parameters give: `room:42`. @throws {WseError} `INVALID_NAME` */
  nameOf(params: Params): string {
    return fillTemplate(this.template, params)
  }

  /** Publishes an event on the topic that the parameters give. @throws {WseError} as `server.publish` */
  publish(params: Params, event: string, data?: Payload, options?: PublishOptions): Publication {
    return this.#engine.publisher.publish(this.nameOf(params), event, data, options)
  }

  /** Nobody can subscribe to it any more. Who is, stays. */
  remove(): void {
    this.#engine.topics.undefine(this.template)
  }
}
