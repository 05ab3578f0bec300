import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleModel } from './bundle.mjs'
import type { Report } from './model.js'
import { mutants } from './mutants.mjs'

/** Cases played in every run of the tests; `npm run test:model` plays a million. */
const CASES = 20_000
/** Each is played in a process of its own. */
const SHARDS = 2
/** Cases a mutant has at most to be found in. */
const MUTANT_CASES = 20_000
/** By which all of them are found soon. */
const MUTANT_SEED = 8

type Played = Report & { readonly failure: string | null; readonly seconds: number }

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
let folder = ''

beforeAll(async () => {
  await mkdir(cache, { recursive: true })
  folder = await mkdtemp(join(cache, 'wse-model-'))
})

afterAll(() => rm(folder, { recursive: true }))

function play(bundle: string, seed: number, cases: number): Promise<Played> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', bundle, String(seed), String(cases)])
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('error', reject)
    child.on('close', () => {
      try {
        resolve(JSON.parse(out))
      } catch {
        reject(new Error(err || out))
      }
    })
  })
}

describe('the model of sessions', () => {
  it(`holds in ${CASES} cases, and reaches every end there is`, { timeout: 300_000 }, async () => {
    const bundle = join(folder, 'model.mjs')
    await bundleModel(bundle)
    const seed = Number(process.env.MODEL_SEED ?? 1)
    const shards = Array.from({ length: SHARDS }, (_, i) => play(bundle, seed + i, CASES / SHARDS))
    const played = await Promise.all(shards)
    for (const { failure } of played) expect(failure).toBeNull()
    const seen = new Set(played.flatMap((shard) => Object.keys(shard.seen)))
    expect(REACHED.filter((what) => !seen.has(what))).toEqual([])
  })

  it.each(mutants.map((mutant, i) => ({ i, ...mutant })))(
    'finds out that $name',
    { timeout: 120_000 },
    async ({ i, ...mutant }) => {
      const bundle = join(folder, `mutant-${i}.mjs`)
      await bundleModel(bundle, mutant)
      const { failure } = await play(bundle, MUTANT_SEED, MUTANT_CASES)
      expect(failure).not.toBeNull()
    },
  )
})

/** Sometimes assertions: what random plans of honest ends must have come to. The rest is in ends.test.ts. */
const REACHED = [
  ...['unknown-session', 'identity-mismatch', 'window', 'evicted', 'queue-full', 'jump', 'closed'].map(atClient),
  ...['server-buffer', 'client-buffer', 'displaced', 'revoked'].flatMap((reason) => [
    atClient(reason),
    atServer(reason),
  ]),
  ...['window', 'evicted', 'superseded', 'auth-expired', 'closed'].map(atServer),
  ...['token-reused', 'identity-mismatch', 'unknown-session'].map((reason) => `thief reset ${reason}`),
  ...[1000, 1006, 4001, 4003, 4004, 4007, 4009, 4501, 4503, 4505, 4506].map((code) => `client close ${code}`),
  ...[4000, 4005].map((code) => `server close ${code}`),
  ...['stream whole', 'stream stopped', 'stream wse.client.rp.disconnect', 'upload whole'],
  ...['gap session', 'gap history', 'gap epoch', 'publish resolved', 'publish wse.closed', 'presence resolved'],
]

function atClient(reason: string): string {
  return `client reset ${reason}`
}

function atServer(reason: string): string {
  return `server reset ${reason}`
}
