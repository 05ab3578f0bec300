import { readFileSync } from 'node:fs'
import { declarationFaults, importFaults, withConsumer } from '../lib/consumer.mjs'
import { packAll } from '../lib/pack.mjs'
import { publintFaults, typeFaults } from '../lib/published.mjs'
import { fromRules } from '../lib/result.mjs'
import { at } from '../lib/root.mjs'
import { workspaces } from '../lib/workspaces.mjs'

/** What would be published is sound, and works where it is installed. */
export async function run() {
  const packed = await packAll(workspaces)
  const each = async (faults) => (await Promise.all(packed.map(faults))).flat()
  const tarballs = packed.map(({ tarball }) => tarball)
  const installed = await withConsumer(tarballs, async (dir) => ({
    imports: await importFaults(dir, workspaces),
    declarations: await declarationFaults(dir, workspaces),
  }))
  return fromRules([
    { rule: 'publint has nothing to say', faults: await each(publintFaults) },
    { rule: 'types resolve for every consumer of ES modules', faults: await each(typeFaults) },
    { rule: 'node imports every entry as published', faults: installed.imports },
    { rule: 'declarations stand on their own', faults: installed.declarations },
    { rule: 'the lock file names no host', faults: hosts() },
  ])
}

/** A lock file that names one registry cannot be installed from another. */
function hosts() {
  const lines = readFileSync(at('package-lock.json'), 'utf8').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('"resolved": "http'))
}
