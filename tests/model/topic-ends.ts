import type { PublishContext, TopicOptions, WseServer } from '@wse/server'
import type { Journal } from './journal.js'
import type { Setup } from './plan.js'
import { hasHistory, hasPresence, type Published, TOPICS, type TopicName } from './topic-facts.js'

/** Milliseconds a server takes to decide, where it takes its time. */
const DECIDING = 400

/** What an end is given to define its topics. */
export interface TopicStage {
  readonly journal: Journal
  readonly setup: Setup
  /** Resolves after so many milliseconds of that server. */
  later(ms: number): Promise<void>
  now(): number
}

/** Defines the topics of a server. What its clients publish is passed on, and noted. */
export function defineTopics(server: WseServer, stage: TopicStage): void {
  const { history, keeps, deliberates } = stage.setup
  const said = ({ topic, publish }: Saying, { n, key }: Said) => {
    const publication = publish('said', { n })
    if (!publication.repeated) note(stage, server, topic as TopicName, { n, key, ...publication })
  }
  const late = async (context: PublishContext, data: Said) => {
    const publish = context.publish.bind(context)
    await stage.later(DECIDING)
    said({ topic: context.topic, publish }, data)
  }
  for (const topic of TOPICS) {
    const options: TopicOptions = {
      on: {
        said: deliberates && topic === 'room' ? late : (context, data) => said(bound(context), data),
        hint: true,
      },
      history: hasHistory(topic) && { size: history, ttl: keeps },
      presence: hasPresence(topic),
      ...(deliberates && {
        authorize: async () => {
          await stage.later(DECIDING)
          return true
        },
      }),
    }
    server.topic(topic, options)
  }
}

type Saying = Pick<PublishContext, 'topic' | 'publish'>
type Said = { readonly n: number; readonly key?: string }

function bound(context: PublishContext): Saying {
  return { topic: context.topic, publish: context.publish.bind(context) }
}

type Facts = Pick<Published, 'n' | 'key' | 'offset' | 'epoch'> & { readonly excepted?: boolean }

/** Notes an event that was published: under the offset after the last, and in the same history as long as one is kept. */
export function note(
  { journal, setup, now }: Omit<TopicStage, 'later'>,
  server: WseServer,
  topic: TopicName,
  facts: Facts,
): void {
  const { n, key, offset, epoch, excepted = false } = facts
  if (journal.closing.has(server) && offset === undefined) return
  const before = journal.publishedOn(server, topic)
  const last = before.at(-1)
  const published = { n, key, topic, server, offset, epoch, at: now(), excepted }
  journal.published.push(published)
  if (!hasHistory(topic)) return
  const isSame = last !== undefined && last.epoch === epoch
  if (isSame ? offset !== (last.offset ?? 0) + 1 : offset !== 1)
    journal.problem(`I14: ${topic} has ${n} at ${offset}, after ${last?.offset}`)
  if (!isSame && before.some(({ at }) => at + setup.keeps > published.at))
    journal.problem(`I14: the history of ${topic} was forgotten before its time`)
  const twin = before.find((other) => key !== undefined && other.key === key && other.epoch === epoch)
  if (twin && (offset ?? 0) <= (twin.offset ?? 0) + setup.history && twin.at + setup.keeps > published.at)
    journal.problem(`I20: ${key} is in the history of ${topic} twice`)
}
