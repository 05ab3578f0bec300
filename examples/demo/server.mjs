// The demo: one HTTP server with a page and, on the same port, a WseServer behind two doors, /east and /west, and two
// workers, each a process of its own, at /workers/a and /workers/b. Who jumps from door to door comes with a new link and
// a new session, as to another server, and finds the same rooms: they are topics in the memory of this process.
// `node examples/demo/server.mjs`, then open the address it prints in two tabs. PORT chooses the port, 0 a free one.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { openHouse } from './house.mjs'
import { loadPage } from './page.mjs'
import { Workers } from './workers.mjs'

const page = await loadPage()
const http = createServer(page)
const workers = new Workers()
const house = openHouse(workers)
const DOORS = ['/east', '/west']
http.on('upgrade', (request, socket, head) => {
  const server = DOORS.includes(request.url.split('?')[0]) ? house : workers
  server.handleUpgrade(request, socket, head)
})

http.listen(process.env.PORT ?? 4200)
await Promise.all([once(http, 'listening'), workers.start()])
console.log(`http://localhost:${http.address().port}`)

let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop)

/**
 * Lets nobody in any more, and gives those who are here 5 s to leave with all their answers. There is nowhere to send
 * them, so pages wait, and come back to the next start of this server. Told twice, it ends at once.
 */
async function stop() {
  if (isStopping) process.exit(1)
  isStopping = true
  await Promise.all([house.drain({ spread: 1_000, timeout: 5_000 }), workers.stop()])
  process.exit(0)
}
