// node benchmarks/interest/run.mjs [table ...] [--quick] [--members 10 and other assumptions] [--json file]
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { dropBundles } from '../harness/build.mjs'
import { circumstances } from '../harness/machine.mjs'
import { aligned, shown } from '../harness/table.mjs'
import { assume, NAMES } from './assumptions.mjs'
import { loadRouting } from './routing.mjs'
import cells from './tables/cells.mjs'
import agreement, { linear } from './tables/checks.mjs'
import churn, { presence } from './tables/churn.mjs'
import everyone, { hot } from './tables/everyone.mjs'
import shards, { growing } from './tables/shards.mjs'
import sizes, { nodes } from './tables/sizes.mjs'
import tenants from './tables/tenants.mjs'

const TABLES = [agreement, sizes, nodes, shards, growing, tenants, cells, everyone, hot, churn, presence, linear]

const { values: given, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    ...Object.fromEntries(NAMES.map((name) => [name, { type: 'string' }])),
  },
})
const { quick, json, ...numbers } = given
const unknown = names.filter((name) => !TABLES.some((table) => table.name === name))
if (unknown.length > 0)
  throw new Error(`no such table: ${unknown}; there are ${TABLES.map(({ name }) => name).join(', ')}`)

process.on('exit', dropBundles)
const assumed = assume({ ...(quick ? { run: '1000' } : {}), ...numbers })
const routing = await loadRouting()
console.log(`runs ${routing.runs.join(', ')}`)
console.log(
  Object.entries(assumed)
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
)
const result = { ...circumstances([]), runs: routing.runs, assumed, tables: {} }
for (const table of TABLES) {
  if (names.length > 0 && !names.includes(table.name)) continue
  const rows = await table.rows({ routing, assumed })
  result.tables[table.name] = rows
  print(table, rows)
}
if (json !== undefined) {
  mkdirSync(dirname(json), { recursive: true })
  writeFileSync(json, `${JSON.stringify(result, null, 1)}\n`)
  console.log(`\nwritten to ${json}`)
}
if (result.tables.agreement?.some(({ differ }) => differ > 0)) {
  console.error('the tables of nodes are not what was counted')
  process.exitCode = 1
}

function print({ title, about, columns }, rows) {
  const head = ['', ...columns.map(([, name]) => name)]
  const lines = rows.map((row) => [row.label, ...columns.map(([key]) => shown(row[key]))])
  console.log(`\n${title}\n${about}\n\n${aligned([head, ...lines])}`)
}
