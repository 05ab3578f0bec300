import { median } from './statistics.mjs'

const BASE = 'ws'

/** How rounds become one figure, by whether less or more is better. */
const PICK = {
  median: { less: median, more: median },
  best: { less: (values) => Math.min(...values), more: (values) => Math.max(...values) },
}

/**
 * What one contender came to in one variant: by column, `value` is the median of the rounds (`best`: the best of them),
 * `ratio` the median of its ratios to raw ws of the same round (`best`: of both bests); null without one. Null if it
 * was not measured.
 */
export function summaryOf(records, scenario, variant, contender, stat = 'median') {
  const own = records.filter(of(scenario.name, variant, contender))
  if (own.length === 0) return null
  const { against = variant } = scenario.variants[variant]
  const compares = contender !== BASE && scenario.ratios !== false
  const base = compares ? records.filter(of(scenario.name, against, BASE)) : []
  const cells = scenario.columns.map(({ key, better }) => {
    const pick = PICK[stat][better]
    return [key, { value: pick(valuesOf(own, key)), ratio: ratio(own, base, key, stat, pick) }]
  })
  const disturbed = own.filter((record) => record.disturbed).length
  const failures = own.flatMap((record) => record.failures ?? []).length
  return { rounds: own.length, disturbed, failures, ...Object.fromEntries(cells) }
}

/** Variants that were measured, in the order of the scenario. */
export const variantsIn = (records, { name, variants }) =>
  Object.keys(variants).filter((variant) => records.some(of(name, variant)))

const of = (scenario, variant, contender) => (record) =>
  record.scenario === scenario &&
  record.variant === variant &&
  (contender === undefined || record.contender === contender)

function ratio(own, base, key, stat, pick) {
  if (base.length === 0) return null
  if (stat === 'best') return pick(valuesOf(own, key)) / pick(valuesOf(base, key))
  const sameRound = ({ run, round }) => base.find((other) => other.run === run && other.round === round)
  return median(own.filter(sameRound).map((record) => record.values[key] / sameRound(record).values[key]))
}

const valuesOf = (records, key) => records.map(({ values }) => values[key])
