// One node in a process of its own: `node.mjs a`. It tells who started it how it is, and ends when that does.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { redisBackplane } from '@wse/redis'
import { healthRoutes, WseServer } from '@wse/server'
import { readPage } from './page.mjs'
import { openRooms } from './rooms.mjs'

/** Milliseconds until a balancer that asks every half second has seen that this node is not ready any more. */
const NOTICED = 1_000
/** Milliseconds between two looks at what there is to tell. */
const LOOK = 200
/** Milliseconds after which the others take a node for dead that was killed: soon, for this is done all the time here. */
const LEASE = 3_000
/** Milliseconds to say goodbye in. */
const PATIENCE = 2_000
const NAME = /^\p{L}[\p{L}\d ]{0,23}$/u

const node = process.argv[2]
const page = await readPage(process.env.PAGE)
let isLeaving = false

const http = createServer((request, response) => {
  if (isLeaving && request.url === '/readyz') response.writeHead(503).end()
  else if (!routes(request, response)) page(request, response)
})
const server = new WseServer({
  server: http,
  path: '/ws',
  backplane: redisBackplane({ shards: process.env.REDIS, lease: LEASE }),
  connPerUser: 5,
  limits: { messageBytes: 4_096, messageRate: { perSecond: 30, burst: 200 } },
  heartbeat: { interval: 1_000, grace: 5_000 },
  // Anybody may come in under any name: there is nothing here to be protected but from nonsense.
  identify: ({ identity, accept }) => accept(typeof identity === 'string' && NAME.test(identity) && identity),
})
const routes = healthRoutes(server)
openRooms(server, node)
server.when.error((error) => console.error(`node ${node}: ${error.message}`))

// At a terminal Ctrl-C reaches all processes: when to go is for the one to say that started this.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})
process.once('SIGTERM', drain)
process.once('disconnect', close)

http.listen(0, '127.0.0.1')
await once(http, 'listening')
let told = ''
setInterval(tell, LOOK)

/** First nobody new is sent here, then those who are here are asked to go: so nobody who has just come is sent away. */
async function drain() {
  isLeaving = true
  tell()
  await sleep(NOTICED)
  await server.drain({ timeout: 5_000, spread: 1_000 })
  process.exit()
}

async function close() {
  await Promise.race([server.close(), sleep(PATIENCE)])
  process.exit()
}

/** Tells how it is, if that is news. */
function tell() {
  const { ready, links, backplane } = server.health()
  const state = isLeaving ? 'draining' : ready ? 'ready' : 'starting'
  const report = { state, id: backplane.node, port: http.address().port, connections: links }
  const text = JSON.stringify(report)
  if (text === told || !process.connected) return
  told = text
  // Who is not there any more need not know.
  process.send(report, () => {})
}
