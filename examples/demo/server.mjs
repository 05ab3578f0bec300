// The demo: one HTTP server with a page and, on the same port, a room each at /lobby and /garden.
// `node examples/demo/server.mjs`, then open the address it prints in two tabs. PORT chooses the port, 0 a free one.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { loadPage } from './page.mjs'
import { openRoom } from './rooms.mjs'

const page = await loadPage()
const http = createServer(page)
const rooms = [openRoom('lobby', http), openRoom('garden', http)]

http.listen(process.env.PORT ?? 4200)
await once(http, 'listening')
await Promise.all(rooms.map((room) => room.listen()))
console.log(`http://localhost:${http.address().port}`)

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop)

/** Sends everyone away in a way that lets them come back to the next start of this server, then lets go of the port. */
async function stop() {
  await Promise.all(rooms.map((room) => room.close()))
  http.close()
  http.closeAllConnections()
}
