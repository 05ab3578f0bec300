import { isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import { importTable, packageOf, unimported } from './import-table.mjs'

// A rule gets an import: `{ workspace, file, where, specifier, target }`.

/** Stands for the specifier of a dynamic import that is only known at run time. */
export const COMPUTED = '(computed)'

const isOwn = (specifier) => specifier.startsWith('@wse/')
const isRelative = (specifier) => specifier.startsWith('.')
const isVendor = (specifier) =>
  !isRelative(specifier) && !isOwn(specifier) && !isBuiltin(specifier) && specifier !== COMPUTED
const inSource = ({ workspace, file }) => relative(join(workspace.dir, 'src'), file)
const allowed = (place, path) => (place === '' || place.endsWith('/') ? path.startsWith(place) : path === place)

/** Rule → whether an import of a source file breaks it. */
export const sourceRules = {
  'imports of own packages follow the table': ({ workspace, specifier }) =>
    isOwn(specifier) && !importTable[workspace.key].packages.includes(packageOf(specifier)),

  'a vendor is imported only where the table says': (use) => {
    if (!isVendor(use.specifier)) return false
    const place = importTable[use.workspace.key].vendors[packageOf(use.specifier)]
    return place === undefined || !allowed(place, inSource(use))
  },

  "node's own modules stay out of what runs anywhere": (use) => {
    const { node } = importTable[use.workspace.key]
    return isBuiltin(use.specifier) && node !== true && !node.includes(inSource(use))
  },

  'nobody imports an entry of the own package': ({ workspace, target, specifier }) =>
    packageOf(specifier) === workspace.name || workspace.entries.some(({ source }) => source === target),

  'imports are written out, except where the table says': (use) =>
    use.specifier === COMPUTED &&
    !importTable[use.workspace.key].computed.some((place) => allowed(place, inSource(use))),

  'sources import no tests': ({ specifier }) => /\.test(-\w+)?\.js$/.test(specifier),
}

/** Rules for sources and tests alike. */
export const commonRules = {
  // What helps tests is neither built nor published, and no source may import it: tests of all packages may share it.
  'relative imports stay inside the package': ({ workspace, specifier, target }) =>
    isRelative(specifier) &&
    relative(join(workspace.dir, 'src'), target).startsWith('..') &&
    !target.endsWith('.test-helper.ts'),

  'relative imports end in .js': ({ specifier }) => isRelative(specifier) && !specifier.endsWith('.js'),
}

/** What the tests of a package import of the project must be declared; tools are the root's. */
export const testRules = {
  'tests import only own packages that are declared': ({ workspace, specifier }) =>
    isOwn(specifier) &&
    packageOf(specifier) !== workspace.name &&
    !declared(workspace, true).includes(packageOf(specifier)),
}

/** Every import of a source file must be a dependency of the package, so that installing it brings what it needs. */
export function undeclared({ workspace, specifier }) {
  const foreign = isVendor(specifier) || (isOwn(specifier) && packageOf(specifier) !== workspace.name)
  return foreign && !declared(workspace, false).includes(packageOf(specifier))
}

function declared({ manifest }, withDev) {
  const { dependencies, peerDependencies, devDependencies } = manifest
  return Object.keys({ ...dependencies, ...peerDependencies, ...(withDev ? devDependencies : {}) })
}

/** Faults in a manifest: dependencies against the table, and those that are never used. */
export function manifestFaults(workspace, uses) {
  const row = importTable[workspace.key]
  const used = new Set(uses.map(({ specifier }) => packageOf(specifier)))
  const spared = unimported[workspace.key] ?? []
  const wrong = declared(workspace, true).filter((name) => isOwn(name) && ![...row.packages, ...row.dev].includes(name))
  // The types of a vendor come along where a package's own declarations show them.
  const isUsed = (name) => used.has(name.replace('@types/', ''))
  const needed = Object.keys(workspace.manifest.dependencies ?? {})
  const idle = needed.filter((name) => !isUsed(name) && !spared.includes(name))
  return [
    ...wrong.map((name) => `packages/${workspace.key}/package.json may not depend on ${name}`),
    ...idle.map((name) => `packages/${workspace.key}/package.json: nothing imports ${name}`),
  ]
}

/** A vendor behind one door: exactly one file imports it. */
export function doorFaults(workspace, uses) {
  return importTable[workspace.key].once.flatMap((vendor) => {
    const files = new Set(uses.filter(({ specifier }) => packageOf(specifier) === vendor).map(({ file }) => file))
    if (files.size === 1) return []
    return `packages/${workspace.key}: ${vendor} is imported by ${files.size} files`
  })
}
