import { NodeTable } from './node-table.mjs'
import { eachTenant } from './population.mjs'
import { spread } from './spread.mjs'
import { channelSubject, userSubject } from './subjects.mjs'
import { VirtualClock } from './virtual-clock.mjs'

/** Subjects of every node that are nobody's: its own, and that of all. */
const OWN = 2

/**
 * Runs the interest table of every node of a small world, and compares it with what was counted without one. Then the
 * first node dies: what its connections ask of the engine where they come instead.
 */
export async function agreement({ InterestTable }, world) {
  const clock = new VirtualClock()
  const tables = Array.from({ length: world.nodes }, () => new NodeTable(InterestTable, clock))
  const orphans = new Map()
  let channel = 0
  eachTenant(world, ({ first, count, placed, round, order, sizes }) => {
    const subjects = []
    for (const size of sizes) {
      for (const end = subjects.length + size; subjects.length < end; ) subjects.push(channelSubject(channel))
      channel++
    }
    for (let at = 0; at < count; at++) {
      const place = order[at]
      const own = round === 0 ? [subjects[at], userSubject(first + place)] : [subjects[at]]
      for (const subject of own) tables[placed[place]].add(subject)
      if (placed[place] === 0) orphans.set(first + place, [...(orphans.get(first + place) ?? []), ...own])
    }
  })
  await null
  const counted = spread(world)
  const attached = tables.map(({ asked }) => asked.attached + OWN)
  return {
    pairs: attached.reduce((sum, subjects) => sum + subjects, 0),
    expected: counted.pairs,
    differ: attached.filter((subjects, node) => subjects !== counted.attached[node]).length,
    ...(await death(tables, orphans)),
  }
}

/** What is asked of the engine when those who were on the first node come to the others. */
async function death([, ...others], orphans) {
  for (const table of others) table.forget()
  for (const [place, subjects] of orphans) {
    for (const subject of subjects) others[place % others.length].add(subject)
  }
  await null
  return { orphans: orphans.size, asks: others.reduce((sum, { asked }) => sum + asked.attached, 0) }
}
