import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { at, repository } from './paths.mjs'

/** Bundles lie below node_modules, where `ws` is the one of all other contenders; each run has, and tells, its own. */
process.env.WSE_BUNDLES ??= at(`node_modules/.cache/wse/${process.pid}`)
const cache = process.env.WSE_BUNDLES

/** Bundles sources of a checkout; `entries` names them by what comes out. Resolves to the folder of the bundles. */
async function bundle(name, entries, { checkout = repository, alias = {} } = {}) {
  const { build } = await import('esbuild')
  const { sourceAliases } = await import(join(checkout, 'scripts/lib/workspaces.mjs'))
  const outdir = join(cache, name)
  await build({
    entryPoints: entries,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias: { ...alias, ...aliasOf(sourceAliases) },
  })
  return outdir
}

/** Both ends of WSE, from the sources as they are now. */
export function bundleWse(name, checkout = repository) {
  const source = (end) => join(checkout, `packages/${end}/src/index.ts`)
  return bundle(
    name,
    { server: source('server'), client: source('client') },
    { checkout, alias: { 'isomorphic-ws': 'ws' } },
  )
}

/** A server, and what joins it to others. Resolves to the folder of the bundles. */
export function bundleBackplane() {
  const source = (name) => join(repository, `packages/${name}/src/index.ts`)
  return bundle('backplane', { server: source('server'), redis: source('redis') })
}

/** A module as browsers load it. Resolves to its bytes. */
export async function bundledForBrowsers(code) {
  const { build } = await import('esbuild')
  const { sourceAliases } = await import('../../scripts/lib/workspaces.mjs')
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: at('.') },
    write: false,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    alias: aliasOf(sourceAliases),
  })
  return outputFiles[0].contents
}

/** Longer names first: `@wse/protocol` would swallow `@wse/protocol/wire`. */
const aliasOf = (aliases) => Object.fromEntries(aliases.toSorted(([one], [two]) => two.length - one.length))

/** A file of micro/. Resolves to the program. */
export async function bundleMicro(name) {
  return join(await bundle('micro', { [name]: at(`micro/${name}.ts`) }), `${name}.mjs`)
}

/** Takes the bundles of this run away. */
export const dropBundles = () => rmSync(cache, { recursive: true, force: true })

/** Where `bundleWse` left one end. */
export const bundled = (name, end) => join(cache, name, `${end}.mjs`)
