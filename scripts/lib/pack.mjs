import { join } from 'node:path'
import { npm } from './exec.mjs'

/** Packs every package into a folder as `npm publish` would; resolves to `[{ workspace, tarball }]`. */
export async function packAll(workspaces, folder) {
  const { code, output } = await npm(['pack', '--workspaces', '--pack-destination', folder, '--loglevel=error'])
  if (code !== 0) throw new Error(output)
  return workspaces.map((workspace) => {
    const { name, version } = workspace.manifest
    return { workspace, tarball: join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`) }
  })
}
