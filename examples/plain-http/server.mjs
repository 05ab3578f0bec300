import { createServer } from 'node:http'
import { WseServer } from '@wse/server'

const http = createServer((_request, response) => response.end('WebSockets are at /ws'))
// Everyone is who they say they are: docs/auth.md shows how to check.
const wse = new WseServer({ server: http, path: '/ws', identify: ({ identity, accept }) => accept(identity) })

wse.register('add', (_conn, { a, b }) => a + b)

http.listen(Number(process.env.PORT ?? 4200))
await wse.listen()
console.log(`http://localhost:${http.address().port}`)

process.once('SIGTERM', async () => {
  await wse.close()
  http.close()
})
