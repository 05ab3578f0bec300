import { Bench } from './bench.mjs'

/** Share of a core that others took during a measurement; beyond it the measurement is repeated. */
const MOST_FOREIGN = 0.08
const ATTEMPTS = 3

/**
 * Every contender once a round, each variant by itself, so that what changes with time meets all of them. A record is
 * `{ scenario, variant, contender, round, values, disturbed }`.
 */
export async function play(scenario, contenders, { rounds, time, variants, log }) {
  const records = []
  for (let round = 0; round < (scenario.rounds ?? rounds); round++) {
    for (const variant of variants) {
      const able = contenders.filter((contender) => scenario.can(contender, scenario.variants[variant]))
      for (const contender of rotated(able, round)) {
        log(`${scenario.name} · round ${round + 1} of ${rounds} · ${variant} · ${contender.name}`)
        const outcome = await measure(scenario, contender, scenario.variants[variant], time)
        records.push({ scenario: scenario.name, variant, contender: contender.name, round, ...outcome })
      }
    }
  }
  return records
}

const rotated = (list, by) => list.map((_, i) => list[(i + by) % list.length])

async function measure(scenario, contender, variant, time) {
  let calmest
  for (let attempt = 0; attempt < (scenario.attempts ?? ATTEMPTS); attempt++) {
    const { foreign, ...values } = await once(scenario, contender, variant, time)
    if (calmest === undefined || foreign < calmest.foreign) calmest = { values, foreign }
    if (foreign <= MOST_FOREIGN) break
  }
  return { ...calmest, disturbed: calmest.foreign > MOST_FOREIGN }
}

async function once(scenario, contender, variant, time) {
  if (scenario.alone) return { foreign: 0, ...(await scenario.measure(contender, variant, time)) }
  const bench = new Bench(scenario, contender, time)
  try {
    return await scenario.measure(bench, variant)
  } catch (error) {
    throw new Error(`${scenario.name}, ${contender.name}: ${error.message}`, { cause: error })
  } finally {
    await bench.end()
  }
}
