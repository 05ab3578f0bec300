import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { budgets } from '../lib/budget-rules.mjs'
import { fromRules } from '../lib/result.mjs'
import { root } from '../lib/root.mjs'

/** What a browser downloads for each import of scripts/budgets.json, everything it pulls in included. */
export async function run() {
  const rows = await Promise.all(budgets.bundles.map(weigh))
  return fromRules(
    rows.map(({ name, bytes, most }) => ({
      rule: name,
      faults: bytes > most ? [`${bytes} bytes, may be ${most}`] : [],
    })),
    rows.map(({ name, bytes, most, raw }) => `${name}: ${bytes} of ${most} bytes with brotli (minified ${raw})`),
  )
}

async function weigh({ name, code, brotliBytes }) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    logLevel: 'silent',
  })
  const [{ contents }] = outputFiles
  return { name, raw: contents.length, bytes: brotliCompressSync(contents).length, most: brotliBytes }
}
