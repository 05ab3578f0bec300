// npm start: whatever is missing is installed and built, then the demo runs until it is told to stop.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { build, install } from './lib/prepare.mjs'
import { at, root } from './lib/root.mjs'

const demo = at('examples/demo/server.mjs')

try {
  await install()
  const built = await build()
  if (built.code !== 0) throw new Error(`${built.output}\n\nThe packages cannot be built.`)
  if (!existsSync(demo)) throw new Error('examples/demo/server.mjs is missing')
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

const child = spawn(process.execPath, [demo], { cwd: root, stdio: 'inherit', env: { PORT: '4200', ...process.env } })
// At a terminal Ctrl-C reaches the demo by itself; told twice, it would not end in peace.
const forwarded = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM', 'SIGHUP']
for (const signal of forwarded) process.on(signal, () => child.kill(signal))
if (process.stdin.isTTY) process.on('SIGINT', () => {})
child.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
// 128 + n is how shells report a program ended by signal n.
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
