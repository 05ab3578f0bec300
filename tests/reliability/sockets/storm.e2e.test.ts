import { expect, it } from 'vitest'
import { Program } from '../../fixtures/program.js'
import { figure } from '../figures.js'
import { freePort } from './free-port.js'

const CLIENTS = 2_000
/** Milliseconds without a server; longer by STORM_OUTAGE, which takes that much longer. */
const OUTAGE = Number(process.env.STORM_OUTAGE ?? 2_000)

/** Counts the connections that come in each tenth of a second, and how late its event loop is. */
const server = (port: number) => `
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { WseServer } from '@wse/server'
const server = new WseServer({ port: ${port}, backlog: 4096, connPerUser: 5, identify: ({ identity, accept }) => accept(identity) })
const came = new Map()
const lag = monitorEventLoopDelay({ resolution: 5 })
lag.enable()
let all = 0
server.register('echo', (conn, n) => n)
server.when.connected(() => {
  const slot = Math.floor(performance.now() / 100)
  came.set(slot, (came.get(slot) ?? 0) + 1)
  if (++all === ${CLIENTS}) console.log('all ' + JSON.stringify({ peak: Math.max(...came.values()), lagMs: Math.round(lag.max / 1e6) }))
})
await server.listen()
console.log('listens')
`

const clients = (port: number) => `
import { WseClient } from '@wse/client'
const clients = []
let since = 0
const back = []
for (let i = 0; i < ${CLIENTS}; i++) {
  const client = new WseClient({ url: 'ws://127.0.0.1:${port}', re: true })
  client.when.ready(() => { if (since > 0) back.push(performance.now()) })
  clients.push(client)
}
for (let i = 0; i < clients.length; i += 50) await Promise.all(clients.slice(i, i + 50).map((client, j) => client.connect('user ' + (i + j))))
let settled = 0
let failed = 0
const calls = clients.map((client) => client.call('echo', 1, { timeout: 0 }).then(() => {}, () => { failed++ }).then(() => { settled++ }))
await Promise.all(calls)
clients.map((client) => client.when.closed(() => { since ||= performance.now() }))
console.log('ready')
const timer = setInterval(() => {
  if (back.length < ${CLIENTS}) return
  clearInterval(timer)
  const at = back.map((time) => Math.round(time - since)).sort((one, two) => one - two)
  console.log('back ' + JSON.stringify({ p50: at[Math.floor(at.length / 2)], p99: at[Math.floor(at.length * 0.99)], last: at.at(-1), settled, failed }))
}, 20)
`

it(`F2 ${CLIENTS} clients whose server is killed and restarted are all back`, { timeout: 180_000 }, async () => {
  const port = await freePort()
  const programs: Program[] = []
  const start = async (text: string) => {
    const program = await Program.start(text)
    programs.push(program)
    return program
  }
  try {
    const first = await start(server(port))
    await first.prints(/listens/)
    const crowd = await start(clients(port))
    await crowd.prints(/ready/)
    await first.kill()
    await new Promise((resolve) => setTimeout(resolve, OUTAGE))
    const second = await start(server(port))
    const [, arrivals = ''] = await second.prints(/all (.*)/)
    const [, back = ''] = await crowd.prints(/back (.*)/)
    const { peak, lagMs } = JSON.parse(arrivals)
    const { p50, p99, last, settled, failed } = JSON.parse(back)
    figure(`F2-${OUTAGE / 1_000}s`, {
      clients: CLIENTS,
      outageMs: OUTAGE,
      peakPer100ms: peak,
      p50Ms: p50,
      p99Ms: p99,
      lastMs: last,
      lagMs,
    })
    expect([settled, failed]).toEqual([CLIENTS, 0])
  } finally {
    await Promise.all(programs.map((program) => program.stop()))
  }
})
