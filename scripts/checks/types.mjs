import { readFileSync } from 'node:fs'
import { clip, node, tool } from '../lib/exec.mjs'
import { fromRules, merge } from '../lib/result.mjs'
import { at, shown } from '../lib/root.mjs'
import { sourceAliases } from '../lib/workspaces.mjs'

/** Sources, tests, type tests and examples together; type tests say `@ts-expect-error` where an error is wanted. */
export async function run() {
  const { code, output } = await node([
    tool('typescript/bin/tsc'),
    '--project',
    at('tsconfig.json'),
    '--pretty',
    'false',
  ])
  return merge([
    { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, messages: code === 0 ? [] : [clip(output)] },
    fromRules([{ rule: 'tsconfig.json has a path for every entry', faults: missingPaths() }]),
  ])
}

/** Without its path an entry would be checked as it was last built. */
function missingPaths() {
  const text = readFileSync(at('tsconfig.json'), 'utf8')
  return sourceAliases
    .map(([specifier, source]) => `"${specifier}": ["./${shown(source)}"]`)
    .filter((line) => !text.includes(line))
}
