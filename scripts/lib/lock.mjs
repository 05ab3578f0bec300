import { readFileSync, writeFileSync } from 'node:fs'
import { at } from './root.mjs'

const file = at('package-lock.json')

export const readLock = () => JSON.parse(readFileSync(file, 'utf8'))
export const writeLock = (lock) => writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)

/** A lock file that names one registry cannot be installed from another. */
export function hostsIn({ packages }) {
  return Object.keys(packages).filter((path) => /^\w+:/.test(packages[path].resolved ?? ''))
}

/** Optional dependencies that are named but not listed, without which `npm ci` refuses the whole file. */
export function missingIn({ packages }) {
  const listed = (path, name) => packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`]
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !listed(path, name)),
  )
}
