import type { Device } from './device.js'
import { NAMES, type Place, TOPICS, type TopicName } from './surroundings.js'
import type { Town } from './town.js'

/** In the end everything is said, asked and published once more, and reaches everyone. */
export async function lastRound(town: Town): Promise<void> {
  for (const { client, name } of town.devices)
    if (client.status !== 'READY') town.problem(`${name} is ${client.status} in the end`)
  for (const device of town.devices) for (const topic of device.states.keys()) setAgain(town, device, topic)
  await town.clock.advance(1_000)
  const [said, kept] = [[] as number[], new Map<TopicName, number[]>()]
  for (const { server } of town.places) {
    const [all, each] = [town.next(), town.next()]
    said.push(all, each)
    town.note(`last ${all} ${each}`)
    server.broadcast('m', all)
    for (const cid of ['u0', 'u1', 'u2', 'u3', 'u4']) server.send(cid, 'm', each)
    for (const topic of NAMES) {
      const n = town.next()
      kept.set(topic, [...(kept.get(topic) ?? []), n])
      town.ask(`last publish ${topic}`, n, server.publish(topic, 'said', n))
    }
  }
  const calls = town.devices.map(({ client }) =>
    town.ask('last work', town.next(), client.call('work', { n: 0, ms: 0 })),
  )
  await town.clock.advance(2_000)
  for (const { heard, name } of town.devices)
    for (const n of said)
      if (heard.get(n) !== 1) town.problem(`${name} has heard ${n} ${heard.get(n)} times in the end`)
  for (const { outcome, n } of calls) if (outcome !== 'ok') town.problem(`the last call ${n} ended as ${outcome}`)
  for (const { lines, name } of town.devices) {
    for (const [topic, { told }] of lines) {
      const due = kept.get(topic) ?? []
      if (!due.every((n) => told.includes(n)))
        town.problem(`${name} was told ${told.slice(-5)} of ${topic}, not ${due}`)
    }
  }
}

function setAgain(town: Town, device: Device, topic: TopicName): void {
  const line = device.lines.get(topic)
  if (line === undefined) return
  const state = town.next()
  device.states.set(topic, state)
  town.ask('last presence', state, line.sub.presence.set(state))
}

/** What has to hold once all is calm. */
export async function checkAll(town: Town): Promise<void> {
  await town.readTops()
  for (const { lines } of town.devices) for (const line of lines.values()) line.check()
  for (const asked of town.asked) {
    const { what, n, outcome, ran } = asked
    if (outcome === 'pending') town.problem(`${what} ${n} never settled`)
    if (ran > 1) town.problem(`${what} ${n} ran ${ran} times`)
    if (outcome === 'ok' && ran === 0 && ['work', 'ask'].includes(what)) town.problem(`${what} ${n} never ran`)
    if (what === 'last presence' && outcome !== 'ok') town.problem(`${what} ${n}: ${outcome}`)
  }
  checkLetters(town)
  checkPresence(town)
  await checkDevices(town)
}

/** None came twice; without faults each came to everyone who was there, and stayed. */
function checkLetters(town: Town): void {
  for (const { heard, name } of town.devices)
    for (const [n, times] of heard) if (times > 1) town.problem(`${name} has heard ${n} ${times} times`)
  if (town.isRough) return
  for (const { n, to } of town.letters)
    for (const [{ heard, name, sessions }, session] of to)
      if (sessions === session && !heard.has(n)) town.problem(`${name} has not heard ${n}`)
}

/** Who is present is the same everywhere: who is subscribed. `states`: also what they say of themselves. */
export function checkPresence(town: Town, states = true): void {
  for (const topic of NAMES) {
    if (!TOPICS[topic].presence) continue
    const there = town.devices.filter(({ lines }) => lines.has(topic))
    const due = there.map((one) => (states ? `${one.cid} ${one.states.get(topic)}` : one.cid)).sort()
    for (const { lines, name } of there) {
      const people = lines.get(topic)?.sub.presence.get() ?? []
      const seen = people.flatMap(({ cid, devices }) =>
        devices.map(({ state, away }) => `${cid}${states ? ` ${state}` : ''}${away ? ' away' : ''}`),
      )
      if (seen.sort().join() !== due.join()) town.problem(`${name} sees on ${topic} ${seen}, and there are ${due}`)
    }
  }
}

/** Every server knows all devices. */
async function checkDevices(town: Town): Promise<void> {
  const here = town.places.flatMap(({ server }: Place) =>
    [...server.clients.values()].flatMap(({ conns }) => [...conns]),
  )
  if (here.length !== town.devices.length)
    town.problem(`there are ${here.length} connections of ${town.devices.length} devices`)
  for (const { server } of town.places) {
    let devices: readonly unknown[] = []
    const asked = server.to(['u0', 'u1', 'u2', 'u3', 'u4']).devices()
    await town.pass(asked.then((all) => (devices = all)))
    if (devices.length !== town.devices.length) town.problem(`a server knows of ${devices.length} devices`)
  }
  checkEntries(town)
}

/** The hub holds what there is, and nothing else. */
export function checkEntries(town: Town): void {
  const present = town.devices.flatMap(({ lines }) => [...lines.keys()].filter((topic) => TOPICS[topic].presence))
  const { entries } = town.hub.inspect()
  if (entries !== town.devices.length + present.length)
    town.problem(`the hub holds ${entries} entries of ${town.devices.length} devices and ${present.length} present`)
}
