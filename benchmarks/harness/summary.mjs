import { median } from './statistics.mjs'

const BASE = 'ws'

/**
 * What one contender came to in one variant: by column, `value` is the median of the rounds (`best`: the best of them),
 * `ratio` the median of its ratios to raw ws of the same round; null without one.
 */
export function summaryOf(records, scenario, variant, contender, stat = 'median') {
  const own = records.filter(of(scenario.name, variant, contender))
  if (own.length === 0) return null
  const against = scenario.variants[variant]?.against ?? variant
  const base = records.filter(of(scenario.name, against, BASE))
  const cells = scenario.columns.map(({ key, better }) => {
    const pick = stat === 'median' ? median : better === 'more' ? (all) => Math.max(...all) : (all) => Math.min(...all)
    const value = pick(own.map(({ values }) => values[key]).filter(Number.isFinite))
    return [
      key,
      { value, ratio: contender === BASE || scenario.ratios === false ? null : ratio(own, base, key, stat, pick) },
    ]
  })
  return {
    disturbed: own.filter(({ disturbed }) => disturbed).length,
    rounds: own.length,
    ...Object.fromEntries(cells),
  }
}

/** Variants that were measured, in the order of the scenario. */
export const variantsIn = (records, { name, variants }) =>
  Object.keys(variants).filter((variant) => records.some(of(name, variant)))

const of = (scenario, variant, contender) => (record) =>
  record.scenario === scenario &&
  record.variant === variant &&
  (contender === undefined || record.contender === contender)

function ratio(own, base, key, stat, pick) {
  if (stat === 'best') return base.length === 0 ? null : pick(valuesOf(own, key)) / pick(valuesOf(base, key))
  const ratios = own.flatMap(({ run, round, values }) =>
    base
      .filter((other) => other.run === run && other.round === round && other.values[key] > 0)
      .map((other) => values[key] / other.values[key]),
  )
  return median(ratios)
}

const valuesOf = (records, key) => records.map(({ values }) => values[key])
