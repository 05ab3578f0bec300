import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What a Redis says once it can be reached: of a socket in other words than of a port. */
const READY = /ready to accept connections/i

// A shell looks after it: once its input ends, as it does however the demo ends, it ends the Redis and removes the folder.
// It lets go of its output, so that this ends with the Redis.
const KEEPER = `
"$1" --port 0 --unixsocket "$2/redis" --unixsocketperm 700 --save '' --appendonly no --dir "$2" &
exec >/dev/null
cat
kill $!
wait $!
rm -rf "$2"
`

/** Starts a Redis of its own on a Unix socket in `folder`, which ends with it: no port, nothing on disk. */
export async function startRedis(program, folder) {
  // Detached, so that Ctrl-C at a terminal does not end it before the nodes.
  const keeper = spawn('sh', ['-c', KEEPER, 'redis', program, folder], { detached: true, stdio: 'pipe' })
  const ended = once(keeper, 'close')
  let said = ''
  const listen = (chunk) => {
    said += chunk
  }
  keeper.stderr.setEncoding('utf8').on('data', listen)
  keeper.stdout.setEncoding('utf8')
  for await (const chunk of keeper.stdout.iterator({ destroyOnReturn: false })) {
    listen(chunk)
    if (READY.test(said)) break
  }
  const stop = () => {
    keeper.stdin.end()
    return ended
  }
  if (READY.test(said)) {
    keeper.stdout.resume()
    return { path: join(folder, 'redis'), ended: once(keeper.stdout, 'close'), stop }
  }
  await stop()
  throw new Error(`Redis does not start. Install it, or set REDIS_SERVER to the path of one.\n${said}`)
}
