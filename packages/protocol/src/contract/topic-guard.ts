import * as WSE_ERROR from '../codes/error.js'
import { textOf } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import { Templates } from '../topics/templates.js'
import { type Passage, passageOf } from './passage.js'
import type { AnyTopic, TopicHistory } from './shape.js'

/** One topic of a contract, whoever subscribes to it or keeps it. */
export interface TopicGuard {
  /** What it stands under in the contract: `room:{id}`. */
  readonly template: string
  readonly history: TopicHistory | undefined
  /** Whether who is there is told. */
  readonly hasPresence: boolean
  /** The state of one who is there; where the contract has none, it passes as it is. Its schema is a synchronous one. */
  readonly presence: Passage
  /** An event that arrives; undefined for one the contract does not have. */
  event(name: string): Passage | undefined
  /** Looks at an event that leaves. @throws {WseError} `INVALID_NAME`, `INVALID_PAYLOAD` */
  said(event: string, data: Payload): void
}

/** The topics of a contract, to be found by name. `checks`: what leaves is checked. */
export function topicGuards(topics: { readonly [template: string]: AnyTopic }, checks: boolean): Templates<TopicGuard> {
  const guards = new Templates<TopicGuard>()
  for (const [template, topic] of Object.entries(topics)) guards.add(template, guardOf(template, topic, checks))
  return guards
}

function guardOf(template: string, { events, presence, history }: AnyTopic, checks: boolean): TopicGuard {
  const passages = new Map(
    Object.entries(events).map(([name, schema]) => [name, passageOf(schema, `${name} on ${template}`, checks)]),
  )
  return {
    template,
    history,
    hasPresence: presence !== undefined,
    presence: passageOf(presence, `presence on ${template}`, checks),
    event: (name) => passages.get(name),
    said(event, data) {
      const passage = passages.get(event)
      if (passage === undefined) throw unknownEvent(template, event)
      passage.check(data)
    },
  }
}

const unknownEvent = (template: string, event: string) =>
  new WseError(
    WSE_ERROR.INVALID_NAME,
    {},
    { message: `the contract has no event by the name ${textOf(event)} on ${template}` },
  )
