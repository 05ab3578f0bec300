// node benchmarks/run.mjs <name>: bundles benchmarks/<name>.ts with the sources of all packages, and runs it.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { sourceAliases } from '../scripts/lib/workspaces.mjs'

const [name = 'session-cost'] = process.argv.slice(2)
const folder = fileURLToPath(new URL('../node_modules/.cache/wse-benchmarks/', import.meta.url))
mkdirSync(folder, { recursive: true })
const outfile = `${folder}${name}.mjs`
await build({
  entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  alias: Object.fromEntries(sourceAliases.toSorted(([one], [two]) => two.length - one.length)),
})
process.exit(spawnSync(process.execPath, ['--expose-gc', outfile], { stdio: 'inherit' }).status ?? 1)
