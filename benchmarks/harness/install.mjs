import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { at, repository } from './paths.mjs'

/** npm writes its record and the lock file within the same moment, in an order of its choice. */
const SAME_MOMENT = 10_000

/** Installs the peers, as the lock file names them, and the repository's own dependencies if there are none. */
export function install() {
  if (!existsSync(`${repository}/node_modules/esbuild`)) npmCi(repository, 'the repository')
  if (!isCurrent(at('.'))) npmCi(at('.'), 'benchmarks/')
}

function isCurrent(folder) {
  const record = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(record)) return false
  return statSync(record).mtimeMs + SAME_MOMENT >= statSync(`${folder}/package-lock.json`).mtimeMs
}

function npmCi(folder, name) {
  console.log(`installing dependencies of ${name} (npm ci) …`)
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error('npm ci failed. Is the npm registry within reach?')
}
