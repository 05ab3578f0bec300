import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { canPin } from './child.mjs'
import { at, repository } from './paths.mjs'

/** Where and of what a run was made. */
export function circumstances(contenders) {
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    changed: git('status', '--porcelain', '--', 'packages') !== '',
    node: process.version,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      system: `${type()} ${release()}`,
      pinned: canPin,
    },
    versions: Object.fromEntries(
      [...new Set(contenders.flatMap(({ packages }) => packages))].map((name) => [name, versionOf(name)]),
    ),
  }
}

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}

const versionOf = (name) => JSON.parse(readFileSync(at(`node_modules/${name}/package.json`), 'utf8')).version
