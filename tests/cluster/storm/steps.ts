import { turn } from '../../../packages/testing/src/turn.js'
import { NAMES, type Place, TOPICS, type TopicName, type Town } from './town.js'

type Step = (town: Town) => void | Promise<void>

const device = (town: Town) => town.pick(town.devices)
const place = (town: Town): Place => town.pick(town.places)
const kept = (town: Town): TopicName => town.pick(NAMES.filter((name) => TOPICS[name].history))

/** Whoever of a user has, or had, a session now. */
const devicesOf = (town: Town, cids: readonly string[]) =>
  town.devices
    .filter(({ cid, sessions }) => cids.includes(cid) && sessions > 0)
    .map((one) => [one, one.sessions] as const)

const CIDS = ['u0', 'u1', 'u2', 'u3', 'u4']

/** What anybody may do. */
const PEACEFUL: readonly (readonly [weight: number, step: Step])[] = [
  [14, (town) => publish(town)],
  [10, (town) => publishByClient(town)],
  [4, (town) => publishByKey(town)],
  [8, (town) => send(town)],
  [3, (town) => broadcast(town)],
  [4, (town) => report(town)],
  [7, (town) => callServer(town)],
  [7, (town) => callClient(town)],
  [5, (town) => present(town)],
  [6, (town) => subscribe(town)],
  [4, (town) => device(town).cut()],
  [9, (town) => move(town)],
]

/** What else may happen. */
const ROUGH: readonly (readonly [weight: number, step: Step])[] = [
  [3, (town) => freeze(town)],
  [5, (town) => thaw(town)],
  [4, (town) => freezeOne(town)],
  [7, (town) => thawOne(town)],
  [2, (town) => lose(town)],
  [1, (town) => town.restart(town.int(town.places.length), 'kill')],
  [1, (town) => void town.restart(town.int(town.places.length), 'close')],
]

/** One random thing, and a while in which it has its consequences. */
export async function step(town: Town): Promise<void> {
  const steps = town.isRough ? [...PEACEFUL, ...ROUGH] : PEACEFUL
  let at = town.int(steps.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, run] of steps) {
    if (at < weight) {
      await run(town)
      break
    }
    at -= weight
  }
  await pause(town)
}

async function pause(town: Town): Promise<void> {
  const how = town.int(20)
  if (how < 6) return
  if (how < 11) for (let i = town.int(30); i > 0; i--) await Promise.resolve()
  else if (how < 15) await turn()
  else if (how < 18) await town.clock.advance(1 + town.int(30))
  else if (how < 19) await town.clock.advance(100 + town.int(400))
  else await town.clock.advance(500 + town.int(4_000))
}

function publish(town: Town): void {
  const topic = town.pick(NAMES)
  const n = town.next()
  town.note(`publish ${topic} ${n}`)
  town.ask(`publish ${topic}`, n, place(town).server.publish(topic, 'said', n).then(ended))
}

/** Something that was published before is, by its key, published again; or for the first time. */
function publishByKey(town: Town): void {
  const topic = kept(town)
  const key = `k${town.int(6)}`
  const n = town.next()
  town.note(`publish ${topic} ${n} by ${key}`)
  if (town.odds(1, 2))
    town.ask(`publish ${topic}`, n, place(town).server.publish(topic, 'said', n, { key }).then(ended))
  else void publishAs(town, topic, n, { key })
}

function publishByClient(town: Town): void {
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

function send(town: Town): void {
  const cid = town.pick(CIDS)
  const n = town.next()
  town.note(`send ${cid} ${n}`)
  town.letters.push({ n, to: devicesOf(town, [cid]) })
  place(town).server.send(cid, 'm', n)
}

function broadcast(town: Town): void {
  const n = town.next()
  town.note(`broadcast ${n}`)
  town.letters.push({ n, to: devicesOf(town, CIDS) })
  place(town).server.broadcast('m', n)
}

function report(town: Town): void {
  const cids = CIDS.filter(() => town.odds(1, 2))
  if (cids.length === 0) return
  const n = town.next()
  town.note(`report ${cids} ${n}`)
  town.letters.push({ n, to: devicesOf(town, cids) })
  town.ask('report', n, place(town).server.to(cids).send('m', n))
}

const span = (town: Town): number => (town.odds(1, 2) ? 0 : town.int(300))

function callServer(town: Town): void {
  const one = device(town)
  const n = town.next()
  town.note(`${one.name} calls ${n}`)
  town.ask('work', n, one.client.call('work', { n, ms: span(town) }))
}

function callClient(town: Town): void {
  const n = town.next()
  const { server } = place(town)
  const ask = { n, ms: span(town) }
  const conns = [...server.clients.values()].flatMap(({ conns }) => [...conns.values()])
  const conn = town.odds(1, 2) && conns.length > 0 ? town.pick(conns) : null
  town.note(`call ${conn?.conn_id ?? 'somebody'} ${n}`)
  town.ask('ask', n, conn === null ? server.call(town.pick(CIDS), 'ask', ask) : conn.call('ask', ask))
}

function present(town: Town): void {
  const one = device(town)
  const topic = town.pick(NAMES.filter((name) => TOPICS[name].presence))
  const line = one.lines.get(topic)
  if (line === undefined) return
  const state = town.next()
  one.states.set(topic, state)
  town.note(`${one.name} is ${state} on ${topic}`)
  line.sub.presence.set(state).catch(() => {})
}

function subscribe(town: Town): void {
  const one = device(town)
  const topic = town.pick(NAMES)
  const isOn = one.lines.has(topic)
  town.note(`${one.name} ${isOn ? 'leaves' : 'comes to'} ${topic}`)
  if (isOn) one.leave(topic)
  else one.follow(topic)
}

function move(town: Town): void {
  const one = device(town)
  one.at = town.int(town.places.length)
  town.note(`${one.name} moves to ${one.at}`)
  one.cut()
}

function freeze(town: Town): void {
  if (town.isFrozen) return
  town.isFrozen = true
  town.note('freeze')
  town.hub.freeze()
}

function thaw(town: Town): void {
  if (!town.isFrozen) return
  town.isFrozen = false
  town.note('thaw')
  town.hub.thaw()
}

function freezeOne(town: Town): void {
  const one = place(town)
  town.note(`freeze ${town.places.indexOf(one)}`)
  one.isFrozen = true
  town.hub.freeze(one.backplane)
}

function thawOne(town: Town): void {
  for (const one of town.places) {
    if (!one.isFrozen || town.odds(1, 3)) continue
    town.note(`thaw ${town.places.indexOf(one)}`)
    one.isFrozen = false
    town.hub.thaw(one.backplane)
  }
}

function lose(town: Town): void {
  town.wasLost = true
  town.note('lose')
  town.hub.lose()
}

/** All is well from now on. */
export function heal(town: Town): void {
  thaw(town)
  for (const one of town.places) {
    one.isFrozen = false
    town.hub.thaw(one.backplane)
  }
  town.note('healed')
}
