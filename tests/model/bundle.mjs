import { readFile } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { sourceAliases } from '../../scripts/lib/workspaces.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Bundles the model with the sources of all packages, for plain Node. `mutant` changes one place of one source file: it
 * fails if that place is not there, exactly once, so that no mutant silently becomes harmless.
 */
export async function bundleModel(outfile, mutant) {
  let mutated = mutant === undefined
  const mutate = {
    name: 'mutate',
    setup({ onLoad }) {
      onLoad({ filter: /packages[\\/].*\.ts$/ }, async ({ path }) => {
        const file = relative(ROOT, path).split(sep).join('/')
        if (file !== mutant?.file) return undefined
        const source = await readFile(path, 'utf8')
        if (source.split(mutant.from).length !== 2) throw new Error(`${file} does not hold, once: ${mutant.from}`)
        mutated = true
        return { contents: source.replace(mutant.from, () => mutant.to), loader: 'ts' }
      })
    },
  }
  await build({
    entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'error',
    external: ['fast-check', 'ws', 'isomorphic-ws'],
    alias: Object.fromEntries(sourceAliases.toSorted(([one], [two]) => two.length - one.length)),
    plugins: [mutate],
  })
  if (!mutated) throw new Error(`${mutant.file} is not part of the bundle`)
}
