// The demo: one HTTP server with a page and, on the same port, a room each at /lobby and /garden, and two workers, each a
// process of its own, at /workers/a and /workers/b.
// `node examples/demo/server.mjs`, then open the address it prints in two tabs. PORT chooses the port, 0 a free one.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { loadPage } from './page.mjs'
import { openRoom } from './rooms.mjs'
import { Workers } from './workers.mjs'

const page = await loadPage()
const http = createServer(page)
const workers = new Workers()
const rooms = new Map([
  ['/lobby', openRoom('lobby', workers)],
  ['/garden', openRoom('garden', workers)],
])
http.on('upgrade', (request, socket, head) => {
  const server = rooms.get(request.url.split('?')[0]) ?? workers
  server.handleUpgrade(request, socket, head)
})

http.listen(process.env.PORT ?? 4200)
await Promise.all([once(http, 'listening'), workers.start()])
console.log(`http://localhost:${http.address().port}`)

let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop)

/**
 * Lets nobody in any more, and gives those who are here 5 s to leave with all their answers. The rooms have nowhere to
 * send them, so pages wait, and come back to the next start of this server. Told twice, it ends at once.
 */
async function stop() {
  if (isStopping) process.exit(1)
  isStopping = true
  const drained = Array.from(rooms.values(), (room) => room.drain({ spread: 1_000, timeout: 5_000 }))
  await Promise.all([...drained, workers.stop()])
  process.exit(0)
}
