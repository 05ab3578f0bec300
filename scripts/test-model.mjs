/**
 * Plays the model of sessions a million times: `npm run test:model`. In shards of a seed each, as many at once as there
 * are processors. It can be stopped and started again: shards that were played with these very sources are not repeated.
 *
 *   --cases 1000000   how many in all        --background   returns at once, and goes on in a process of its own
 *   --status          what was played so far
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { bundleModel } from '../tests/model/bundle.mjs'
import { at } from './lib/root.mjs'

const SHARD = 10_000

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    background: { type: 'boolean', default: false },
    status: { type: 'boolean', default: false },
  },
})
const folder = at('node_modules', '.cache', 'wse-model-run')
const bundle = `${folder}/model.mjs`
const log = `${folder}/log.txt`
mkdirSync(folder, { recursive: true })

if (values.background) goOnInBackground()
else {
  await bundleModel(bundle)
  const state = `${folder}/${createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 16)}.json`
  const played = existsSync(state) ? JSON.parse(readFileSync(state, 'utf8')) : {}
  if (!values.status) await playAll(played, state)
  tell(played)
}

function goOnInBackground() {
  const out = openSync(log, 'a')
  const args = [import.meta.filename, '--cases', values.cases]
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', out, out] })
  child.unref()
  console.log(`plays in the background, process ${child.pid}; npm run test:model -- --status tells how far it is`)
}

async function playAll(played, state) {
  const shards = Array.from({ length: Math.ceil(Number(values.cases) / SHARD) }, (_, i) => i + 1)
  const todo = shards.filter((seed) => played[seed] === undefined)
  const worker = async () => {
    for (let seed = todo.shift(); seed !== undefined; seed = todo.shift()) {
      played[seed] = await playShard(seed)
      writeFileSync(`${state}.new`, JSON.stringify(played))
      renameSync(`${state}.new`, state)
      const { failure, seconds } = played[seed]
      console.log(`seed ${seed}: ${failure ? 'FAILED' : 'held'} in ${seconds} s, ${todo.length} shards to go`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

function playShard(seed) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', bundle, String(seed), String(SHARD)])
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.pipe(process.stderr)
    child.on('error', reject)
    child.on('close', (_, signal) => {
      if (signal) reject(new Error(`the shard of seed ${seed} was ended by ${signal}`))
      else resolve(JSON.parse(out))
    })
  })
}

function tell(played) {
  const shards = Object.entries(played)
  const sum = (key) => shards.reduce((total, [, shard]) => total + shard[key], 0)
  const totals = ['cases', 'commands', 'cuts', 'resumes', 'calls'].map((key) => `${sum(key)} ${key}`)
  const failed = shards.filter(([, { failure }]) => failure !== null)
  for (const [seed, { failure }] of failed) console.log(`seed ${seed}: ${failure}\n`)
  console.log(`${totals.join(', ')}, ${Math.round(sum('seconds'))} s of processor time, ${failed.length} violations`)
  if (failed.length > 0) process.exitCode = 1
}
