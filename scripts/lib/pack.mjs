import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './exec.mjs'
import { at } from './root.mjs'

/** Packs every package into a fresh folder as `npm publish` would; resolves to `[{ workspace, tarball }]`. */
export async function packAll(workspaces) {
  const folder = at('node_modules/.cache/packed')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { code, output } = await npm(['pack', '--workspaces', '--pack-destination', folder, '--loglevel=error'])
  if (code !== 0) throw new Error(output)
  return workspaces.map((workspace) => {
    const { name, version } = workspace.manifest
    return { workspace, tarball: join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`) }
  })
}
