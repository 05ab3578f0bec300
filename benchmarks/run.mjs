// node benchmarks/run.mjs [scenario ...] [--only ws,wse] [--rounds 6] [--quick] [--minutes 10] [--json file] [--list]
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleWse, dropBundles } from './harness/build.mjs'
import { install } from './harness/install.mjs'
import { at } from './harness/paths.mjs'

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
})

install()
process.on('exit', dropBundles)
const { choose } = await import('./harness/choose.mjs')
const { list, tellMissing } = await import('./harness/list.mjs')
const plan = await choose(names, options)
if (options.list) list(plan)
else await run()

async function run() {
  const { play } = await import('./harness/rounds.mjs')
  const { report } = await import('./harness/report.mjs')
  const { circumstances } = await import('./harness/machine.mjs')
  const result = { ...circumstances(plan.contenders), rounds: plan.rounds, time: plan.time, records: [] }
  tellMissing(plan.missing)
  for (const { bundle, checkout } of plan.contenders) if (bundle !== undefined) await bundleWse(bundle, checkout)
  for (const { scenario, variants, contenders } of plan.scenarios) {
    const records = await play(scenario, contenders, { ...plan, variants, log: progress })
    progress('')
    result.records.push(...records)
    report(records, scenario, contenders)
  }
  const file = options.json ?? at(`results/${result.date.slice(0, 19).replaceAll(':', '')}-${result.commit}.json`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`)
  console.log(`written to ${file}`)
}

/** One line that is written over; nothing where nobody watches. */
function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}
