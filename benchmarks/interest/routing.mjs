import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
// Says where bundles go.
import '../harness/build.mjs'
import { repository } from '../harness/paths.mjs'

/** What of the project's own code is run, and where it is. */
const SOURCES = {
  interest: 'packages/server/src/backplane/interest.ts',
  shards: 'packages/redis/src/shards/rendezvous.ts',
}

/**
 * The code that routes, from the sources as they are: `InterestTable`, which attaches a node to what somebody there is
 * interested in, and `shardsOf(count)`, which gives a function from a subject to the index of its shard.
 */
export async function loadRouting() {
  const { InterestTable } = await load(SOURCES.interest)
  const { Rendezvous } = await load(SOURCES.shards)
  const shardsOf = (count) => {
    const shards = new Rendezvous(count)
    return (subject) => shards.of(subject)
  }
  return { InterestTable, shardsOf, runs: Object.values(SOURCES) }
}

/** Bundles a file of a package, and imports it. */
async function load(path) {
  const { build } = await import('esbuild')
  const { sourceAliases } = await import('../../scripts/lib/workspaces.mjs')
  const longerFirst = sourceAliases.toSorted(([one], [two]) => two.length - one.length)
  const outfile = join(process.env.WSE_BUNDLES, path.replaceAll('/', '-').replace(/ts$/, 'mjs'))
  mkdirSync(dirname(outfile), { recursive: true })
  await build({
    entryPoints: [join(repository, path)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias: Object.fromEntries(longerFirst),
  })
  return import(pathToFileURL(outfile).href)
}
