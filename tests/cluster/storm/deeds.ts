import { NAMES, type Place, TOPICS, type TopicName } from './surroundings.js'
import type { Letter, Town } from './town.js'

const device = (town: Town) => town.pick(town.devices)
const place = (town: Town): Place => town.pick(town.places)
const kept = (town: Town): TopicName => town.pick(NAMES.filter((name) => TOPICS[name].history))

const CIDS = ['u0', 'u1', 'u2', 'u3', 'u4']

/** Whoever of some users has, or had, a session now. */
const devicesOf = (town: Town, cids: readonly string[]): Letter['to'] =>
  town.devices
    .filter(({ cid, sessions }) => cids.includes(cid) && sessions > 0)
    .map((one) => [one, one.sessions] as const)

export function publish(town: Town): void {
  const topic = town.pick(NAMES)
  const n = town.next()
  town.note(`publish ${topic} ${n}`)
  town.ask(`publish ${topic}`, n, place(town).server.publish(topic, 'said', n).then(ended))
}

/** Something that was published before is, by its key, published again; or for the first time. */
export function publishByKey(town: Town): void {
  const topic = kept(town)
  const key = `k${town.int(6)}`
  const n = town.next()
  town.note(`publish ${topic} ${n} by ${key}`)
  if (town.odds(1, 2))
    town.ask(`publish ${topic}`, n, place(town).server.publish(topic, 'said', n, { key }).then(ended))
  else void publishAs(town, topic, n, { key })
}

export function publishByClient(town: Town): void {
  const topic = town.pick(NAMES)
  publishAs(town, topic, town.next(), {})
}

function publishAs(town: Town, topic: TopicName, n: number, options: object): void {
  const one = device(town)
  const line = one.lines.get(topic)
  if (line === undefined) return
  town.note(`${one.name} publishes ${topic} ${n}`)
  town.ask(`${one.name} publishes ${topic}`, n, line.sub.publish('said', n, options))
}

const ended = ({ ok, reason }: { ok: boolean; reason: string | undefined }) => {
  if (!ok) throw Object.assign(new Error(), { code: reason })
}

export function send(town: Town): void {
  const cid = town.pick(CIDS)
  const n = town.next()
  town.note(`send ${cid} ${n}`)
  town.letters.push({ n, to: devicesOf(town, [cid]) })
  place(town).server.send(cid, 'm', n)
}

export function broadcast(town: Town): void {
  const n = town.next()
  town.note(`broadcast ${n}`)
  town.letters.push({ n, to: devicesOf(town, CIDS) })
  place(town).server.broadcast('m', n)
}

export function report(town: Town): void {
  const cids = CIDS.filter(() => town.odds(1, 2))
  if (cids.length === 0) return
  const n = town.next()
  town.note(`report ${cids} ${n}`)
  town.letters.push({ n, to: devicesOf(town, cids) })
  town.ask('report', n, place(town).server.to(cids).send('m', n))
}

const span = (town: Town): number => (town.odds(1, 2) ? 0 : town.int(300))

export function callServer(town: Town): void {
  const one = device(town)
  const n = town.next()
  town.note(`${one.name} calls ${n}`)
  town.ask('work', n, one.client.call('work', { n, ms: span(town) }))
}

export function callClient(town: Town): void {
  const n = town.next()
  const { server } = place(town)
  const ask = { n, ms: span(town) }
  const conns = [...server.clients.values()].flatMap(({ conns }) => [...conns.values()])
  const conn = town.odds(1, 2) && conns.length > 0 ? town.pick(conns) : null
  town.note(`call ${conn?.conn_id ?? 'somebody'} ${n}`)
  town.ask('ask', n, conn === null ? server.call(town.pick(CIDS), 'ask', ask) : conn.call('ask', ask))
}

export function present(town: Town): void {
  const one = device(town)
  const topic = town.pick(NAMES.filter((name) => TOPICS[name].presence))
  const line = one.lines.get(topic)
  if (line === undefined) return
  const state = town.next()
  one.states.set(topic, state)
  town.note(`${one.name} is ${state} on ${topic}`)
  line.sub.presence.set(state).catch(() => {})
}

export function subscribe(town: Town): void {
  const one = device(town)
  const topic = town.pick(NAMES)
  const isOn = one.lines.has(topic)
  town.note(`${one.name} ${isOn ? 'leaves' : 'comes to'} ${topic}`)
  if (isOn) one.leave(topic)
  else one.follow(topic)
}

export function cut(town: Town): void {
  const one = device(town)
  town.note(`${one.name} is cut`)
  one.cut()
}

export function move(town: Town): void {
  const one = device(town)
  one.at = town.int(town.places.length)
  town.note(`${one.name} moves to ${one.at}`)
  one.cut()
}

/** Some events are not for everybody. */
export function publishExcept(town: Town): void {
  const topic = town.pick(NAMES)
  const except = town.pick(CIDS)
  const n = town.next()
  town.note(`publish ${topic} ${n} except ${except}`)
  town.ask(`publish ${topic}`, n, place(town).server.publish(topic, 'said', n, { except }).then(ended))
}

export function publishVolatile(town: Town): void {
  const topic = town.pick(NAMES)
  const n = town.next()
  town.note(`publish ${topic} ${n}, volatile`)
  town.ask(`publish ${topic}`, n, place(town).server.publish(topic, 'hint', n, { volatile: true }).then(ended))
}

/** A user is put out, by whichever server. */
export function kick(town: Town): void {
  const topic = town.pick(NAMES)
  const cid = town.pick(CIDS)
  town.note(`kick ${cid} off ${topic}`)
  place(town).server.topics.kick(topic, cid)
}

/** For who has a filter, by its server. */
export function publishNews(town: Town): void {
  const topic = town.pick(['news:a', 'news:b'])
  const n = town.next()
  town.note(`publish ${topic} ${n}`)
  town.ask(`publish ${topic}`, n, place(town).server.publish(topic, 'said', n).then(ended))
}
