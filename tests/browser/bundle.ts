import { build } from 'esbuild'
// @ts-expect-error: plain JavaScript, shared with the checks
import { sourceAliases } from '../../scripts/lib/workspaces.mjs'

const sources = new Map(sourceAliases as [string, string][])

/** How a bundler finds what suits its platform, in the order in which it looks. */
export interface Platform {
  mainFields: string[]
  conditions: string[]
}

const BROWSER: Platform = { mainFields: ['browser', 'module', 'main'], conditions: ['browser'] }

/** Bundles a file from the sources, whatever was built last, into a script whose exports are the global `name`. */
export async function bundle(entry: string, name: string, platform: Platform = BROWSER): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: name,
    platform: 'browser',
    target: 'es2022',
    ...platform,
    plugins: [
      {
        name: 'sources',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^@wse\// }, ({ path }) => ({ path: sources.get(path) ?? path }))
        },
      },
    ],
  })
  return outputFiles[0]?.text ?? ''
}
