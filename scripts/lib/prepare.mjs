// Only node's own modules, here and in what this imports: it runs before anything is installed.
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { node, npm, tool } from './exec.mjs'
import { at } from './root.mjs'
import { filesBelow, workspaces } from './workspaces.mjs'

/** npm writes its own record and the lock file within the same moment, in an order of its choice. */
const SAME_MOMENT = 10_000

/** Installs what the lock file names if that has not been done since it last changed. */
export async function install() {
  const record = at('node_modules/.package-lock.json')
  const lock = at('package-lock.json')
  if (existsSync(record) && statSync(record).mtimeMs + SAME_MOMENT >= statSync(lock).mtimeMs) return
  console.log('installing dependencies (npm ci) …')
  const clean = await npm(['ci', '--include=dev', '--no-audit', '--no-fund'])
  if (clean.code === 0) return
  console.log(`${clean.output}\n\nnpm ci failed; trying npm install, which may change package-lock.json …`)
  const loose = await npm(['install', '--include=dev', '--no-audit', '--no-fund'])
  if (loose.code === 0) return
  throw new Error(`${loose.output}\n\nThe dependencies cannot be installed. Is the npm registry within reach?`)
}

/** Builds every package whose sources changed; turbo knows which. Resolves to turbo's code and what tsc said. */
export async function build() {
  for (const workspace of workspaces) dropLeftovers(workspace)
  mkdirSync(at('node_modules/.cache'), { recursive: true })
  const env = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', DO_NOT_TRACK: '1' }
  const args = ['run', 'build', '--output-logs=errors-only', '--continue']
  const { code, output } = await node([tool('turbo/bin/turbo'), ...args], { env })
  // npm, which turbo runs tsc by, repeats the failure in many words.
  const lines = output.split('\n').filter((line) => !/:build: (npm |> |$)/.test(line))
  return { code, output: lines.join('\n') }
}

/** tsc leaves behind what it once made from a source file that is gone; it would be published. */
function dropLeftovers({ dir }) {
  const dist = join(dir, 'dist')
  for (const file of filesBelow(dist, /\.(js|d\.ts)(\.map)?$/)) {
    const source = file.replace(dist, join(dir, 'src')).replace(/\.(js|d\.ts)(\.map)?$/, '.ts')
    if (!existsSync(source)) rmSync(file)
  }
}
