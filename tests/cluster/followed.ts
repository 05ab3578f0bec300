import type { Subscription, TopicGap, WseClient } from '@wse/client'

/** A subscription, and what it has told. */
export interface Followed {
  readonly sub: Subscription
  /** Events, by their data. */
  readonly told: unknown[]
  readonly offsets: (number | undefined)[]
  /** Whether each was told since the client has asked for it. */
  readonly replayed: boolean[]
  readonly gaps: TopicGap[]
  /** Users who are there, in order. */
  readonly people: () => unknown[]
}

/** Subscribes to a topic, and writes down what is said there. */
export async function follow(client: WseClient, topic: string, options: object = {}): Promise<Followed> {
  const followed = following(client, topic, options)
  await followed.sub.ready
  return followed
}

/** The same, of a subscription that nobody waits for. */
export function following(client: WseClient, topic: string, options: object = {}): Followed {
  const sub = client.topic(topic, options)
  const told: unknown[] = []
  const offsets: (number | undefined)[] = []
  const replays: boolean[] = []
  const gaps: TopicGap[] = []
  sub.on('said', (data, { offset, replayed }) => {
    told.push(data)
    offsets.push(offset)
    replays.push(replayed)
  })
  sub.when.gap((gap) => gaps.push(gap))
  const people = () =>
    sub.presence
      .get()
      .map(({ cid }) => cid)
      .sort()
  return { sub, told, offsets, replayed: replays, gaps, people }
}
