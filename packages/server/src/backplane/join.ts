import type { WseError } from '@wse/protocol'
import type { Signals } from '@wse/protocol/internal'
import type { Door } from '../admitter.js'
import type { ServerEvents } from '../events.js'
import type { Cid } from '../people/cid.js'
import type { WseIdentity } from '../people/people.js'
import { PeopleHere } from '../people/spread/people-here.js'
import type { SessionDesk } from '../sessions/desk.js'
import type { Reception } from '../sessions/reception.js'
import { subscriberOf } from '../topics/publisher.js'
import type { TopicEngine } from '../topics/topic-engine.js'
import type { Cluster } from './cluster.js'
import { LETTER } from './letter.js'

/** What of a server takes part. */
export interface JoinParts {
  readonly engine: TopicEngine
  readonly desk: SessionDesk
  readonly reception: Reception
  readonly clients: ReadonlyMap<Cid, WseIdentity>
  readonly signals: Signals<ServerEvents>
  failed(error: WseError): void
}

/** Joins a server to others, if there are such: what they write goes to its topics, people, and listeners. */
export function joinOthers(
  cluster: Cluster | null,
  { engine, desk, reception, clients, signals, failed }: JoinParts,
): void {
  const { elsewhere: topics, publisher } = engine
  const { others } = desk
  if (cluster === null || topics === null || others === null) return
  const people = new PeopleHere(cluster, clients, (conns, about, frames) =>
    publisher.relayTo(conns.map(subscriberOf), about, frames),
  )
  people.arriving = (cid) => others.entrances.arriving(cid)
  others.entrances.giveBy((conn_id, cid, arrival) => people.give(conn_id, cid, arrival))
  others.onReplace = (session, hi, { why }) => reception.replace(session, hi, why)
  void cluster.start({
    topic: (name, arrival) => topics.topic(name, arrival),
    prefix: (prefix, arrival) => topics.prefix(prefix, arrival),
    said: (cid, arrival) => others.entrances.take(cid, arrival),
    node(arrival) {
      const { kind } = arrival.letter
      if (kind === LETTER.SHAPES) topics.shapes(arrival)
      else if (kind === LETTER.RELAY) others.relay(arrival)
      else people.take(arrival)
    },
    gap(gap) {
      topics.gap(gap)
      others.gap(gap)
      signals.emit('gap', gap)
    },
    became(node, became) {
      topics.node(node, became)
      if (became === 'down') others.nodeGone(node)
    },
    state(state, detail) {
      if (state === 'up' || state === 'degraded') others.up()
      signals.emit('backplane', state, detail)
    },
    failed,
    answer: (question) => topics.answer(question) ?? others.answer(question) ?? people.answer(question),
  })
}

/** How clients are let in where there are several servers; null where there is one. */
export function enteringBy({ others }: SessionDesk): Door['enter'] {
  return others && ((accepted) => others.entrances.enter(accepted))
}
