import { seeded, waitOf } from './chance.mjs'
import { NodeTable } from './node-table.mjs'
import { Places } from './places.mjs'
import { hastened, VirtualClock } from './virtual-clock.mjs'

/** Nodes whose tables are run; those of the others hear the same. */
const TABLES = 20
/** Seconds before counting begins, in which what lingers comes to be as usual. */
const BEFORE = 5

/**
 * Runs connections that come and go, and change channels, past the interest tables of some of the nodes. Resolves with
 * counts a second and node, and those of all nodes together.
 */
export async function churn({ InterestTable }, world, assumed, lingers) {
  const clock = new VirtualClock()
  const random = seeded(world.seed + 1)
  const tableClock = lingers ? clock : hastened(clock)
  const tables = Array.from({ length: Math.min(TABLES, world.nodes) }, () => new NodeTable(InterestTable, tableClock))
  const places = new Places(world, random, tables)
  await null
  const later = (run) => clock.setTimer(run, waitOf(random, assumed.gap * 1_000))
  const { online } = places
  const perSecond = { ends: online / assumed.session, changes: online / assumed.change }
  const all = perSecond.ends + perSecond.changes
  const until = (BEFORE + assumed.seconds) * 1_000
  let counts = false
  for (let time = waitOf(random, 1_000 / all); time < until; time += waitOf(random, 1_000 / all)) {
    if (!counts && time >= BEFORE * 1_000) {
      counts = true
      await clock.advanceTo(BEFORE * 1_000)
      for (const table of tables) table.forget()
      places.forget()
    }
    await clock.advanceTo(time)
    if (random() * all < perSecond.ends) places.end(random() < assumed.back ? later : null)
    else places.change(random() < assumed.undone ? later : null)
    if (places.touched) await null
  }
  await clock.advanceTo(until)
  return perSecondOf(tables, places, assumed.seconds)
}

function perSecondOf(tables, places, seconds) {
  const rates = {}
  for (const { asked } of tables) {
    for (const [name, count] of Object.entries(asked))
      rates[name] = (rates[name] ?? 0) + count / tables.length / seconds
  }
  return { ...rates, asks: places.asks / tables.length / seconds, present: places.present / seconds }
}
