// node benchmarks/backplane/run.mjs [--quick]: what it costs to be several servers, beside a raw pair of ioredis.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleBackplane, dropBundles } from '../harness/build.mjs'
import { median } from '../harness/statistics.mjs'
import { Process } from './process.mjs'
import { show } from './show.mjs'

const quick = process.argv.includes('--quick')
const ROUNDS = quick ? 1 : 5
const SECONDS = quick ? 2 : 4
const CONTENDERS = ['raw', 'redis', 'wse', 'wse-kept', 'raw-again']
const LOADS = ['paced', 'flood']

process.on('exit', dropBundles)
const bundles = await bundleBackplane()
const folder = mkdtempSync(join(tmpdir(), 'wse-bench-'))
const socket = join(folder, 's')
const engine = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
})
process.on('exit', () => {
  engine.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
for await (const [chunk] of on(engine.stdout)) if (String(chunk).includes('eady to accept')) break

async function* on(stream) {
  while (true) yield await once(stream, 'data')
}

/** Microseconds of processor time that Redis has had. */
function engineTime() {
  const fields = readFileSync(`/proc/${engine.pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

const results = []
for (let round = 0; round < ROUNDS; round++) {
  for (const load of LOADS) {
    for (let turn = 0; turn < CONTENDERS.length; turn++) {
      const contender = CONTENDERS[(turn + round) % CONTENDERS.length]
      results.push({ round, load, contender, ...(await measure(contender, load)) })
    }
  }
}
const attach = await measureAttach()
show({ results, attach, contenders: CONTENDERS, loads: LOADS, median })
engine.kill('SIGKILL')
process.exit(0)

async function measure(contender, load) {
  const start = (role) => Process.start(bundles, { role, contender, socket })
  const subscriber = await start('subscriber')
  const bystander = contender.startsWith('raw') ? null : await start('bystander')
  const publisher = await start('publisher')
  try {
    await publisher.ask('run', { load, seconds: 1 })
    const rest = bystander && (await idleOf(bystander, SECONDS))
    const before = [await subscriber.ask('cpu'), bystander && (await bystander.ask('cpu')), engineTime()]
    const sent = await publisher.ask('run', { load, seconds: SECONDS })
    const after = [await subscriber.ask('cpu'), bystander && (await bystander.ask('cpu')), engineTime()]
    const got = after[0].got - before[0].got
    if (Math.abs(got - sent.count) > sent.count * 0.001) throw new Error(`${contender}: ${sent.count} sent, ${got} got`)
    return {
      rate: sent.count / sent.seconds,
      publisher: sent.cpu / sent.count,
      subscriber: (after[0].cpu - before[0].cpu) / sent.count,
      engine: (after[2] - before[2]) / sent.count,
      idle: bystander ? (after[1].cpu - before[1].cpu - rest) / sent.count : null,
    }
  } finally {
    for (const one of [publisher, subscriber, bystander]) await one?.end()
  }
}

/** What a process spends while nothing happens, in µs. */
async function idleOf(process, seconds) {
  const before = await process.ask('cpu')
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  return (await process.ask('cpu')).cpu - before.cpu
}

async function measureAttach() {
  const times = []
  for (let round = 0; round < ROUNDS; round++) {
    const subscriber = await Process.start(bundles, { role: 'subscriber', contender: 'wse', socket })
    times.push(await subscriber.ask('attach', { count: 10_000 }))
    await subscriber.end()
  }
  return times
}
