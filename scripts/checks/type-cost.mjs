import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { budgets, within } from '../lib/budget-rules.mjs'
import { clip, node, tool } from '../lib/exec.mjs'
import { fromRules } from '../lib/result.mjs'
import { at } from '../lib/root.mjs'

const folder = at('node_modules/.cache/type-cost', String(process.pid))
const FEW = 100
const MANY = 500

/**
 * What the compiler does for each procedure of a contract, with its handler on a server and a call of a client. It is
 * counted, so it repeats.
 */
export async function run() {
  try {
    const [few, many] = [await compile(FEW), await compile(MANY)]
    const each = Math.round((many.instantiations - few.instantiations) / (MANY - FEW))
    const most = budgets.types.instantiationsPerProcedure
    const figure = `instantiations ${each} of ${most} a procedure; ${MANY} procedures checked in ${many.seconds} s`
    return fromRules([within('type instantiations for each procedure of a contract', each, most)], [figure])
  } catch (error) {
    return { passed: 0, failed: 1, messages: [error.message] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Checks a contract of so many procedures on one thread, as several would count what they share more than once. */
async function compile(procedures) {
  const dir = join(folder, String(procedures))
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
  const config = { extends: at('tsconfig.json'), files: ['main.ts'], include: [] }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(dir, 'main.ts'), program(Array.from({ length: procedures }, (_, index) => index)))
  const { code, output } = await node([
    tool('typescript/bin/tsc'),
    ...['--project', dir, '--extendedDiagnostics', '--singleThreaded', '--pretty', 'false'],
  ])
  if (code !== 0) throw new Error(clip(output, 20))
  const figure = (name) => Number(new RegExp(`^${name}: +([\\d.]+)`, 'm').exec(output)?.[1])
  const figures = { instantiations: figure('Instantiations'), seconds: figure('Check time') }
  if (Number.isNaN(figures.instantiations)) throw new Error(`tsc counted nothing:\n${clip(output, 20)}`)
  return figures
}

const program = (indexes) => `import * as v from 'valibot'
import { WseClient } from '@wse/client'
import { defineContract, rpc } from '@wse/protocol'
import { WseServer } from '@wse/server'
const contract = defineContract({ server: { calls: {
${indexes.map(procedure).join('\n')}
} } })
const client = new WseClient({ contract, url: 'ws://localhost' })
const server = new WseServer({ contract, identify: ({ accept }) => accept('ann') })
${indexes.map(use).join('\n')}
`

const procedure = (n) => `call${n}: rpc({
  input: v.object({ id${n}: v.number(), name: v.string() }),
  output: v.object({ at${n}: v.string() }),
  errors: { BAD: v.object({ max: v.number() }) },
}),`

/** A function each: in one that is long the compiler would spend its time on what may have happened before. */
const use = (n) => `export async function use${n}() {
  server.register('call${n}', (_conn, { id${n} }) => ({ at${n}: String(id${n}) }))
  const { at${n} } = await client.call('call${n}', { id${n}: 1, name: 'x' })
  return at${n}.length
}`
