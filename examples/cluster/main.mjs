// The cluster: three nodes, each a process of its own, joined by a Redis, behind a balancer of plain TCP.
// `node examples/cluster/main.mjs`, then open the address it prints. PORT chooses the port, 0 a free one; REDIS_SERVER is
// the Redis to run, if it is not the one on the PATH. Everything it starts ends with it, however it ends.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Balancer } from './balancer.mjs'
import { Control } from './control.mjs'
import { bundlePage } from './page.mjs'
import { startRedis } from './redis.mjs'
import { Supervisor } from './supervisor.mjs'

/** Where the page and the buttons are: on this machine alone, since the buttons kill processes. */
const HOST = 'localhost'
const NAMES = ['a', 'b', 'c']

const folder = await mkdtemp(join(tmpdir(), 'wse-cluster-'))
const redis = await startRedis(process.env.REDIS_SERVER ?? 'redis-server', folder).catch((error) => {
  console.error(error.message)
  process.exit(1)
})
const supervisor = new Supervisor(NAMES, { REDIS: redis.path, PAGE: folder })
const balancer = new Balancer(() => supervisor.addresses)
const control = new Control(supervisor)

let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect']) process.on(signal, stop)
redis.ended.then(() => isStopping || fail('Redis has ended.'))

try {
  const port = await balancer.listen(Number(process.env.PORT ?? 4300), HOST)
  // The same machine by either name; no other page may press the buttons.
  control.origins = [`http://localhost:${port}`, `http://127.0.0.1:${port}`]
  const buttons = `http://${HOST}:${await control.listen(0, HOST)}`
  await bundlePage(folder, buttons)
  await supervisor.start()
  await balancer.ready(NAMES.length)
  console.log(`http://${HOST}:${port}`)
} catch (error) {
  fail(error.message)
}

function fail(message) {
  console.error(message)
  process.exitCode = 1
  return stop()
}

/** Closes every node, then what is around them. Told twice, it waits for nothing: all of it ends by itself then, too. */
async function stop() {
  if (isStopping) process.exit(1)
  isStopping = true
  await supervisor.stop()
  await Promise.all([balancer.close(), control.close()])
  await redis.stop()
  process.exit()
}
