import { type TopicOptions, WSE_ERROR, type WseClient, type WseError } from '@wse/client'
import { Follower } from './follower.js'
import type { Asked } from './journal.js'
import type { TopicCommand } from './plan.js'
import type { Theatre } from './theatre.js'
import { note } from './topic-ends.js'
import { type Following, hasHistory, hasPresence, type TopicName } from './topic-facts.js'

type Of<Kind extends TopicCommand['do']> = TopicCommand & { readonly do: Kind }

/** Errors with which something is refused before it is accepted. */
const REFUSED: ReadonlySet<string> = new Set([WSE_ERROR.INVALID_OPTION, WSE_ERROR.CONNECTION_NOT_READY])

/** Carries out what a plan does with topics. */
export function playTopics(theatre: Theatre, command: TopicCommand): void {
  // What it asks, and the answer.
  theatre.journal.items += 2
  switch (command.do) {
    case 'subscribe':
      return subscribe(theatre, command)
    case 'unsubscribe':
      return unsubscribe(theatre, command)
    case 'publish':
      return command.who === 'client' ? clientPublishes(theatre, command) : serverPublishes(theatre, command)
    case 'present':
      return present(theatre, command)
    case 'kick':
      return kick(theatre, command)
  }
}

function subscribe(theatre: Theatre, { topic, since: after, state, waits }: Of<'subscribe'>): void {
  const { journal, client } = theatre
  const since =
    after === 'new' || !hasHistory(topic) ? undefined : after === 'start' ? after : journal.stored.get(topic)
  const shared = theatre.following(topic).length > 0 || journal.asked.some((asked) => isOpening(asked, topic))
  const beginning = { topic, since, shared, floor: theatre.server.topics.position(topic), session: journal.sessions }
  const options: TopicOptions = { since, ...(state && hasPresence(topic) && { state: journal.next() }) }
  const follow = (sub: Following['sub']) => journal.followers.push(new Follower(theatre, sub, beginning))
  if (waits) {
    const opened = client.subscribe(topic, options)
    const asked = ask(theatre, `subscribe ${topic}`, opened.then(follow))
    if (options.state !== undefined) journal.states.set(topic, { state: options.state as number, asked })
    return
  }
  try {
    const sub = client.topic(topic, options)
    follow(sub)
    const asked = ask(theatre, `ready ${topic}`, sub.ready)
    if (options.state !== undefined) journal.states.set(topic, { state: options.state as number, asked })
  } catch (error) {
    if (!REFUSED.has((error as WseError).code)) throw error
  }
}

function isOpening({ what, outcome }: Asked, topic: TopicName): boolean {
  return what === `subscribe ${topic}` && outcome === 'pending'
}

function unsubscribe(theatre: Theatre, { topic, which }: Of<'unsubscribe'>): void {
  const follower = pick(theatre.following(topic), which)
  if (follower) ask(theatre, `unsubscribe ${topic}`, follower.sub.unsubscribe())
}

function serverPublishes(theatre: Theatre, { topic, kind }: Of<'publish'>): void {
  const { journal, server } = theatre
  if (kind === 'hint') return void server.publish(topic, 'hint', { n: journal.next() }, { volatile: true })
  const { n, key } = numbered(theatre, topic, kind, 'server')
  const [{ conn = undefined } = {}] = theatre.live.slice(-1)
  const except = kind === 'except' ? conn : undefined
  const publication = server.publish(topic, 'said', { n }, { key, except })
  if (!publication.repeated)
    note(theatre.stage, server, topic, { n, key, ...publication, excepted: except !== undefined })
}

function clientPublishes(theatre: Theatre, { topic, kind, which }: Of<'publish'>): void {
  const { journal } = theatre
  const follower = pick(theatre.following(topic), which)
  if (follower === undefined) return
  if (kind === 'hint') {
    ask(theatre, 'hint', follower.sub.publish('hint', { n: journal.next() }, { volatile: true }))
    return
  }
  const { n, key } = numbered(theatre, topic, kind, 'client')
  const published = follower.sub.publish('said', { n, key }, { key })
  const asked = ask(theatre, `publish ${topic}`, published, follower)
  journal.publishes.push({ n, topic, asked })
}

interface Numbered {
  readonly n: number
  readonly key: string | undefined
}

/** A number of its own, or the last that was published under a key, again. */
function numbered(
  { journal, setup, who: user }: Theatre,
  topic: TopicName,
  kind: string,
  who: 'client' | 'server',
): Numbered {
  // Keys belong to a user: who is somebody else in each session cannot say one again.
  const isNobody = who === 'client' && setup.anonymous
  const owner = `${who === 'client' ? user : who} ${topic}`
  const last = isNobody ? undefined : journal.keyed.get(owner)
  if (kind === 'again' && last !== undefined) return { n: last, key: `key ${last}` }
  const n = journal.next()
  if (kind !== 'keyed' || !hasHistory(topic)) return { n, key: undefined }
  journal.keyed.set(owner, n)
  return { n, key: `key ${n}` }
}

function present(theatre: Theatre, { topic, which }: Of<'present'>): void {
  const { journal } = theatre
  const follower = pick(theatre.following(topic), which)
  if (follower === undefined || !hasPresence(topic)) return
  const state = journal.next()
  const asked = ask(theatre, `presence ${topic}`, follower.sub.presence.set(state), follower)
  journal.states.set(topic, { state, asked })
}

function kick(theatre: Theatre, { topic }: Of<'kick'>): void {
  theatre.journal.done.add('kick')
  for (const { conn, server } of theatre.live.slice(-1)) server.topics.kick(topic, conn)
}

function pick(followers: readonly Following[], which: number): Following | undefined {
  return followers[which % Math.max(1, followers.length)]
}

/** Notes what becomes of something that was asked for. */
function ask({ journal }: Theatre, what: string, promise: Promise<unknown>, by: Following | null = null): Asked {
  const asked: Asked = { what, by, outcome: 'pending', value: undefined }
  journal.asked.push(asked)
  promise.then(
    (value) => {
      asked.outcome = 'resolved'
      asked.value = value
    },
    (error: WseError) => {
      asked.outcome = error
    },
  )
  return asked
}

/** Another client comes to where people are, and stays. */
export function attend({ setup, journal }: Theatre, guest: WseClient): void {
  if (!setup.attended) return
  for (const topic of ['seats', 'room'] as const) guest.topic(topic, { state: journal.next() })
}
