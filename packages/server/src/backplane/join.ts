import type { WseError } from '@wse/protocol'
import type { Signals } from '@wse/protocol/internal'
import type { ServerEvents } from '../events.js'
import type { Cid } from '../people/cid.js'
import type { WseIdentity } from '../people/people.js'
import { PeopleHere } from '../people/spread/people-here.js'
import { subscriberOf } from '../topics/publisher.js'
import type { TopicEngine } from '../topics/topic-engine.js'
import type { Cluster } from './cluster.js'
import { LETTER } from './letter.js'

/** What of a server takes part. */
export interface JoinParts {
  readonly engine: TopicEngine
  readonly clients: ReadonlyMap<Cid, WseIdentity>
  readonly signals: Signals<ServerEvents>
  failed(error: WseError): void
}

/** Joins a server to others, if there are such: what they write goes to its topics, people, and listeners. */
export function joinOthers(cluster: Cluster | null, { engine, clients, signals, failed }: JoinParts): void {
  const { elsewhere: topics, publisher } = engine
  if (cluster === null || topics === null) return
  const people = new PeopleHere(cluster, clients, (conns, about, frames) =>
    publisher.relayTo(conns.map(subscriberOf), about, frames),
  )
  void cluster.start({
    topic: (name, arrival) => topics.topic(name, arrival),
    prefix: (prefix, arrival) => topics.prefix(prefix, arrival),
    node(arrival) {
      if (arrival.letter.kind === LETTER.SHAPES) topics.shapes(arrival)
      else people.take(arrival)
    },
    gap(gap) {
      topics.gap(gap)
      signals.emit('gap', gap)
    },
    became: (node, became) => topics.node(node, became),
    state: (state, detail) => signals.emit('backplane', state, detail),
    failed,
    answer: (question) => people.answer(question),
  })
}
