import { existsSync } from 'node:fs'
import { clip } from '../lib/exec.mjs'
import { build } from '../lib/prepare.mjs'
import { workspaces } from '../lib/workspaces.mjs'

/** Every package is built, and every entry it declares is there, with its types. */
export async function run() {
  const { code, output } = await build()
  const missing = workspaces.flatMap(({ key, dir, manifest }) => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [] : Object.values(target),
    )
    return targets.filter((target) => !existsSync(`${dir}/${target}`)).map((target) => `packages/${key}: no ${target}`)
  })
  if (code === 0 && missing.length === 0) return { passed: workspaces.length, failed: 0, messages: [] }
  return { passed: 0, failed: 1, messages: [...(code === 0 ? [] : [clip(output)]), ...missing] }
}
