import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** Ways of resolving that a package of ES modules alone does not serve. */
const NOT_SERVED = ['node10', 'node16-cjs']

/** What publint has to say about a tarball; a suggestion is no fault. */
export async function publintFaults({ workspace, tarball }) {
  const bytes = readFileSync(tarball)
  const { buffer, byteOffset, byteLength } = bytes
  const pack = { tarball: buffer.slice(byteOffset, byteOffset + byteLength) }
  const { messages } = await publint({ pack, level: 'warning', strict: true })
  return messages.map((message) => `${workspace.name}: ${formatMessage(message, workspace.manifest, { color: false })}`)
}

/** Types that a consumer would resolve wrongly, entry by entry, as `attw --profile esm-only` sees it. */
export async function typeFaults({ workspace, tarball }) {
  const entrypoints = workspace.entries.map(({ path }) => path)
  const checked = await checkPackage(createPackageFromTarballData(readFileSync(tarball)), { entrypoints })
  if (!checked.types) return [`${workspace.name}: has no types`]
  const concerns = checked.problems.filter(({ resolutionKind }) => !NOT_SERVED.includes(resolutionKind))
  return concerns.map(({ kind, entrypoint, resolutionKind }) =>
    [`${workspace.name}: ${kind}`, entrypoint, resolutionKind].filter(Boolean).join(' '),
  )
}
