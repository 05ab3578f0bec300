import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../node_modules/.cache/wse-figures/', import.meta.url))

/** Notes what a test measured, for docs/reliability.md (`node scripts/figures.mjs`). No test depends on it. */
export function figure(id: string, values: Readonly<Record<string, number | string>>): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${id}.json`, `${JSON.stringify({ id, ...values })}\n`)
}
