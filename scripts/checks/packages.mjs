import { declarationFaults, importFaults, installInto, withFolder } from '../lib/consumer.mjs'
import { hostsIn, missingIn, readLock } from '../lib/lock.mjs'
import { packAll } from '../lib/pack.mjs'
import { publintFaults, typeFaults } from '../lib/published.mjs'
import { fromRules } from '../lib/result.mjs'
import { workspaces } from '../lib/workspaces.mjs'

/** What would be published is sound, and works where it is installed. */
export const run = () => withFolder(inspect)

async function inspect(dir) {
  const packed = await packAll(workspaces, dir)
  const tarballs = packed.map(({ tarball }) => tarball)
  await installInto(dir, tarballs)
  const each = async (faults) => (await Promise.all(packed.map(faults))).flat()
  const lock = readLock()
  return fromRules([
    { rule: 'publint has nothing to say', faults: await each(publintFaults) },
    { rule: 'types resolve for every consumer of ES modules', faults: await each(typeFaults) },
    { rule: 'node imports every entry as published', faults: await importFaults(dir, workspaces) },
    { rule: 'declarations stand on their own', faults: await declarationFaults(dir, workspaces) },
    { rule: 'the lock file names no host', faults: hostsIn(lock) },
    { rule: 'the lock file is complete: else run node scripts/complete-lock.mjs', faults: missingIn(lock) },
  ])
}
