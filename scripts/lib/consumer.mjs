import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { node, npm, tool } from './exec.mjs'
import { at } from './root.mjs'

/** Lends a folder far from this repository. */
export async function withFolder(use) {
  const dir = mkdtempSync(join(tmpdir(), 'wse-consumer-'))
  try {
    return await use(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Makes a folder a project into which the tarballs are installed as a user would. */
export async function installInto(dir, tarballs) {
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  const { code, output } = await npm(['install', ...flags, ...tarballs], { cwd: dir })
  if (code !== 0) throw new Error(`the packed packages cannot be installed:\n${output}`)
}

/** What goes wrong when plain node imports an entry. */
export async function importFaults(dir, workspaces) {
  const faults = []
  for (const { manifest, entries } of workspaces) {
    const optional = Object.keys(manifest.peerDependenciesMeta ?? {})
    for (const { specifier } of entries) {
      const { code, output } = await node(['--input-type=module', '--eval', `await import('${specifier}')`], {
        cwd: dir,
      })
      // An optional peer is not installed here: the one entry that is about it may ask for it, no other.
      const asksForPeer = optional.some(
        (peer) => specifier.endsWith(`/${peer}`) && output.includes(`package '${peer}'`),
      )
      if (code !== 0 && !asksForPeer) faults.push(`${specifier}: ${output}`)
    }
  }
  return faults
}

/** What goes wrong when a strict TypeScript project uses all entries, the declarations themselves checked too. */
export async function declarationFaults(dir, workspaces) {
  const optional = (manifest) => Object.keys(manifest.peerDependenciesMeta ?? {})
  const specifiers = workspaces.flatMap(({ manifest, entries }) =>
    entries
      .map((entry) => entry.specifier)
      .filter((one) => !optional(manifest).some((peer) => one.endsWith(`/${peer}`))),
  )
  const lines = specifiers.map((specifier, n) => `import * as m${n} from '${specifier}'\nexport { m${n} }`)
  writeFileSync(join(dir, 'consumer.ts'), lines.join('\n'))
  const options = {
    ...{
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'ES2022',
      lib: ['ES2022', 'DOM'],
      skipLibCheck: false,
    },
    ...{ types: ['node'], typeRoots: [at('node_modules/@types')] },
  }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }))
  const { code, output } = await node([tool('typescript/bin/tsc'), '--project', dir, '--pretty', 'false'])
  return code === 0 ? [] : output.split('\n')
}
