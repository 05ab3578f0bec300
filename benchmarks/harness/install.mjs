import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { at, repository } from './paths.mjs'

/** npm writes its record and the lock file within the same moment, in an order of its choice. */
const SAME_MOMENT = 10_000

/** Installs what the lock files name: the repository's for esbuild, ours for the peers. */
export function install() {
  for (const folder of [repository, at('.')]) {
    if (isInstalled(folder)) continue
    console.log(`installing dependencies in ${folder} (npm ci) …`)
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
    if (status !== 0) throw new Error('npm ci failed. Is the npm registry within reach?')
  }
}

function isInstalled(folder) {
  const record = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(record)) return false
  return statSync(record).mtimeMs + SAME_MOMENT >= statSync(`${folder}/package-lock.json`).mtimeMs
}
