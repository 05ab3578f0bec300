import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { at } from './root.mjs'

/** Every package of the repository: its folder, its manifest, and the source file of each of its entries. */
export const workspaces = readdirSync(at('packages'))
  .map((name) => ({ key: name, dir: at('packages', name) }))
  .filter(({ dir }) => existsSync(join(dir, 'package.json')))
  .map(({ key, dir }) => {
    const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
    return { key, dir, manifest, name: manifest.name, entries: entriesOf(manifest, dir) }
  })

/** `[{ path: './wire', specifier: '@wse/protocol/wire', source: '…/src/wire.ts' }]` */
function entriesOf(manifest, dir) {
  return Object.entries(manifest.exports)
    .filter(([path]) => path !== './package.json')
    .map(([path, target]) => ({
      path,
      specifier: manifest.name + path.slice(1),
      source: join(dir, target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
    }))
}

/** Import specifier of every entry → its source file, so that tests run the sources. */
export const sourceAliases = workspaces.flatMap(({ entries }) =>
  entries.map(({ specifier, source }) => [specifier, source]),
)

/** A test, a type test or what helps them: not built, not published, and free of the import table. */
export const isTest = (path) => /\.test(-\w+)?\.ts$/.test(path)

/** All files below a folder whose name matches, sorted; none if there is no such folder. */
export function filesBelow(dir, name) {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/node_modules/'))
    .sort()
}

/** The TypeScript files of a package, tests left out. */
export const sourcesOf = ({ dir }) => filesBelow(join(dir, 'src'), /\.ts$/).filter((path) => !isTest(path))

/** The tests and type tests of a package. */
export const testsOf = ({ dir }) => filesBelow(join(dir, 'src'), /\.ts$/).filter(isTest)
