import { node, tool } from '../lib/exec.mjs'
import { fromProgram } from '../lib/result.mjs'

/** Formatting and lint rules; `npm run format` mends what can be mended by itself. */
export async function run() {
  const args = ['check', '--error-on-warnings', '--max-diagnostics=12', '--colors=off', '--diagnostic-level=warn']
  return fromProgram(await node([tool('@biomejs/biome/bin/biome'), ...args]))
}
