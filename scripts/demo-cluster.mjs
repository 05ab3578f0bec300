// npm run demo:cluster: whatever is missing is installed and built, then the cluster runs until it is told to stop.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { build, install } from './lib/prepare.mjs'
import { findRedis } from './lib/redis.mjs'
import { at, root } from './lib/root.mjs'

let redis
try {
  await install()
  const [found, built] = await Promise.all([findRedis(), build()])
  if (built.code !== 0) throw new Error(`${built.output}\n\nThe packages cannot be built.`)
  redis = found
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

const env = { ...process.env, REDIS_SERVER: redis }
// By the channel it is told that this process is gone, however that happened; then it ends, and so does all it has started.
const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
const child = spawn(process.execPath, [at('examples/cluster/main.mjs')], { cwd: root, stdio, env })
// At a terminal Ctrl-C reaches the cluster by itself; told twice, it would not end in peace.
const forwarded = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM', 'SIGHUP']
for (const signal of forwarded) process.on(signal, () => child.kill(signal))
if (process.stdin.isTTY) process.on('SIGINT', () => {})
child.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
// 128 + n is how shells report a program ended by signal n.
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
