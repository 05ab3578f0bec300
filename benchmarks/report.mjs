// node benchmarks/report.mjs file... [--stat median|best] [--svg folder]: merges runs; tables as Markdown, plots as SVG.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadContenders, loadScenarios } from './harness/load.mjs'
import { markdownOf } from './report/markdown.mjs'
import { plotOf } from './report/plot.mjs'

const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { stat: { type: 'string', default: 'median' }, svg: { type: 'string' } },
})
if (files.length === 0 || !['median', 'best'].includes(options.stat)) {
  console.error('node benchmarks/report.mjs file... [--stat median|best] [--svg folder]')
  process.exit(1)
}

const runs = files.map((file) => JSON.parse(readFileSync(file, 'utf8')))
const records = runs.flatMap((run, i) => run.records.map((record) => ({ ...record, run: i })))
const contenders = await loadContenders()
const scenarios = (await loadScenarios()).filter(({ name }) => records.some(({ scenario }) => scenario === name))

console.log(markdownOf(runs, records, scenarios, contenders, options))
if (options.svg !== undefined) {
  mkdirSync(options.svg, { recursive: true })
  for (const scenario of scenarios) {
    writeFileSync(join(options.svg, `${scenario.name}.svg`), plotOf(records, scenario, contenders, options.stat))
  }
}
