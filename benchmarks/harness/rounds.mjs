import { setTimeout as sleep } from 'node:timers/promises'
import { Bench } from './bench.mjs'

/** Share of a core that others took during a measurement; beyond it the measurement is repeated. */
const MOST_FOREIGN = 0.08
/** Milliseconds in which others may come to their end. */
const PAUSE = 1_000

/**
 * Every contender once a round, each variant by itself, so that what changes with time meets all of them. A record is
 * `{ scenario, variant, contender, round, values, foreign, disturbed,
 * failures }`.
 */
export async function play(scenario, contenders, { rounds, time, variants, log }) {
  const records = []
  for (let round = 0; round < (scenario.rounds ?? rounds); round++) {
    for (const variant of variants) {
      const able = contenders.filter((contender) => scenario.can(contender, scenario.variants[variant]))
      for (const contender of rotated(able, round)) {
        log(`${scenario.name} · round ${round + 1} of ${rounds} · ${variant} · ${contender.name}`)
        const outcome = await measure(scenario, contender, scenario.variants[variant], time)
        if (outcome !== null)
          records.push({ scenario: scenario.name, variant, contender: contender.name, round, ...outcome })
      }
    }
  }
  return records
}

const rotated = (list, by) => list.map((_, i) => list[(i + by) % list.length])

/** Null if there is none. Repeated while others take too much of the machine, or if it fails. */
async function measure(scenario, contender, variant, time) {
  const attempts = scenario.attempts ?? time.attempts
  const failures = []
  let calmest
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(PAUSE)
    try {
      const { foreign, ...values } = await once(scenario, contender, variant, time)
      if (calmest === undefined || foreign < calmest.foreign) calmest = { values, foreign }
      if (foreign <= MOST_FOREIGN) break
    } catch (error) {
      console.error(`${scenario.name}, ${contender.name}: ${error.message}`)
      failures.push(error.message.split('\n', 1)[0])
    }
  }
  if (calmest === undefined) return givenUp()
  return { ...calmest, disturbed: calmest.foreign > MOST_FOREIGN, failures }
}

/** The others go on; the run as a whole has failed. */
function givenUp() {
  process.exitCode = 1
  return null
}

async function once(scenario, contender, variant, time) {
  if (scenario.alone) return { foreign: 0, ...(await scenario.measure(contender, variant, time)) }
  const bench = new Bench(scenario, contender, time)
  try {
    return await scenario.measure(bench, variant)
  } finally {
    await bench.end()
  }
}
