import { basename } from 'node:path'
import { summaryOf, variantsIn } from '../harness/summary.mjs'
import { cell, rowsOf, shown } from '../harness/table.mjs'

/** Everything as Markdown, to lie beside the folder of the plots if there is one. */
export function markdownOf(runs, records, scenarios, contenders, { stat, svg }) {
  const sections = scenarios.map((scenario) =>
    [
      `## ${scenario.title}`,
      scenario.about.replaceAll('\n', ' '),
      ...(svg === undefined ? [] : [`![${scenario.title}](${basename(svg)}/${scenario.name}.svg)`]),
      ...tablesOf(records, scenario, contenders, stat),
    ].join('\n\n'),
  )
  return [circumstances(runs, records, stat), ...sections].join('\n\n')
}

function circumstances(runs, records, stat) {
  const each = (describe) => [...new Set(runs.map(describe))].join('; ')
  const machines = each(({ machine, node }) => {
    const { cpu, cores, memory, system, pinned } = machine
    return `${cpu}, ${cores} cores${pinned ? '' : ' (not pinned)'}, ${memory}, ${system}, Node ${node}`
  })
  const peers = Object.entries(Object.assign({}, ...runs.map(({ versions }) => versions)))
  const commits = each(
    ({ commit, changed, date }) => `${commit}${changed ? ' with changes' : ''} of ${date.slice(0, 10)}`,
  )
  return [
    `${machines}; ${peers.map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    `Commit ${commits}.`,
    `Each figure is the ${stat} of ${roundsOf(records)} rounds; in brackets its ratio to raw ws of the same round.`,
  ].join('\n')
}

function roundsOf(records) {
  const counts = new Map()
  for (const { scenario, variant, contender } of records) {
    const key = [scenario, variant, contender].join()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())]
  return least === most ? least : `${least} to ${most}`
}

/** A scenario of one variant is one table of all it measures; of several, one table for each thing measured. */
function tablesOf(records, scenario, contenders, stat) {
  const variants = variantsIn(records, scenario)
  if (variants.length === 1) return [table(rowsOf(records, scenario, variants[0], contenders, stat))]
  return scenario.columns.map((column) => table(compared(records, scenario, variants, column, contenders, stat)))
}

function compared(records, scenario, variants, { key, title }, contenders, stat) {
  const rows = contenders.flatMap(({ name, label }) => {
    const summaries = variants.map((variant) => summaryOf(records, scenario, variant, name, stat))
    if (summaries.every((summary) => summary === null)) return []
    return [[label, ...summaries.map((summary) => (summary === null ? shown(null) : cell(summary[key])))]]
  })
  return [[title, ...variants], ...rows]
}

function table([head, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const rule = `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
