import type { WseError } from '@wse/client'
import type { WseConnection } from '@wse/server'
import { textOf } from './attendance.js'
import type { Asked } from './journal.js'
import type { Theatre } from './theatre.js'
import { hasHistory, hasPresence, TOPICS, type TopicName } from './topic-facts.js'

/** Errors by which an honest end says that the other is not. */
const FAULTS = ['wse.server.protocol-violation', 'wse.server.msg-processing-error']

/** Milliseconds a device is without a link before it must be told to be away, and some more. */
const AWAY = 5_200

/** Whether all that was asked of topics is answered, and all subscriptions there are stand. */
export function topicsAreAtRest({ journal }: Theatre): boolean {
  const stands = journal.followers.every(({ ended, sub }) => ended !== undefined || sub.state === 'subscribed')
  return stands && journal.asked.every(({ outcome }) => outcome !== 'pending')
}

/** What must hold of topics in the end. */
export function checkTopics(theatre: Theatre): void {
  const { journal } = theatre
  for (const asked of journal.asked) checkAsked(theatre, asked)
  for (const { n, topic, asked } of journal.publishes) checkPublish(theatre, n, topic, asked)
  for (const follower of journal.followers) follower.check()
  for (const topic of TOPICS) {
    checkMembers(theatre, topic)
    if (hasPresence(topic)) checkPresence(theatre, topic)
  }
}

/** I19: every promise settles; refused is only what somebody forbade. */
function checkAsked({ journal }: Theatre, { what, by, outcome }: Asked): void {
  if (outcome === 'pending') return journal.problem(`I19: ${what} never settled`)
  const code = outcome === 'resolved' ? '' : outcome.code
  if (FAULTS.includes(code)) journal.problem(`I19: ${what} failed with ${code}`)
  // Who has left may have left the server first.
  const isLeft = by !== null && by.ended !== undefined
  if (code === 'wse.topic.forbidden' && !journal.done.has('kick') && !isLeft)
    journal.problem(`I19: ${what} was forbidden`)
}

/** I20: what was published stands where its publisher was told; what was not sent stands nowhere. */
function checkPublish({ journal }: Theatre, n: number, topic: TopicName, { outcome, value }: Asked): void {
  const times = journal.published.filter((event) => event.n === n && event.topic === topic)
  const attempts = journal.publishes.filter((other) => other.n === n).length
  const isKeyed = times.some(({ key }) => key !== undefined)
  if (!isKeyed && times.length > 1) journal.problem(`I20: ${n} was published ${times.length} times`)
  if (outcome === 'resolved') {
    const { offset, epoch } = value as { offset?: number; epoch?: string }
    const stands = times.some((event) => event.offset === offset && event.epoch === epoch)
    if (!stands || (offset !== undefined) !== hasHistory(topic)) journal.problem(`I20: ${n} is not at ${offset}`)
  } else if (attempts === 1 && times.length > 0 && (outcome as WseError).details.certainty === 'not-sent')
    journal.problem(`I20: ${n} was said not to be sent, and was published`)
}

/** I17: subscribed at the server is who is so at the client. */
function checkMembers(theatre: Theatre, topic: TopicName): void {
  const { journal, server } = theatre
  const wanted = theatre.following(topic).length > 0
  for (const { conn } of theatre.live) {
    const isThere = server.topics.members(topic).includes(conn)
    if (isThere !== wanted) journal.problem(`I17: the client wants ${topic}: ${wanted}, and is there: ${isThere}`)
  }
}

/** I17: present are the devices with a session that are subscribed, for all the same, each as it said. */
function checkPresence(theatre: Theatre, topic: TopicName): void {
  const { journal, server } = theatre
  const people = server.topics.presence(topic)
  const devices = people.flatMap((person) => person.devices)
  const members = server.topics.members(topic)
  const ids = (of: readonly string[]) => JSON.stringify([...of].sort())
  if (ids(devices.map(({ id }) => id)) !== ids(members.map(({ conn_id }) => conn_id)))
    journal.problem(`I17: present on ${topic} are ${devices.map(({ id }) => id)} of ${members.map((c) => c.conn_id)}`)
  for (const conn of members) {
    if (conn.state === 'closed') journal.problem(`I17: ${conn.conn_id} is on ${topic}, and has ended`)
    const { away } = devices.find(({ id }) => id === conn.conn_id) ?? {}
    const expected = isAway(theatre, conn)
    if (expected !== undefined && away !== undefined && away !== expected)
      journal.problem(`I17: ${conn.conn_id} is away: ${away}`)
  }
  checkState(theatre, topic)
  for (const { sub } of theatre.following(topic)) {
    const [told, got] = [people, sub.presence.get()].map(textOf)
    if (told !== got) journal.problem(`I17: on ${topic} are ${told}, and the client knows ${got}`)
  }
}

/** Undefined where it is too early to say. */
function isAway(theatre: Theatre, conn: WseConnection): boolean | undefined {
  if (conn.state === 'live') return false
  const since = theatre.journal.suspended.get(conn) ?? 0
  return theatre.now() - since > AWAY ? true : undefined
}

function checkState(theatre: Theatre, topic: TopicName): void {
  const { journal, server } = theatre
  const { state, asked } = journal.states.get(topic) ?? {}
  if (asked?.outcome !== 'resolved' || theatre.following(topic).length === 0) return
  const devices = server.topics.presence(topic).flatMap((person) => person.devices)
  for (const { conn } of theatre.live) {
    const device = devices.find(({ id }) => id === conn.conn_id)
    if (device && device.state !== state)
      journal.problem(`I17: ${conn.conn_id} said ${state} on ${topic}, and is seen with ${device.state}`)
  }
}
