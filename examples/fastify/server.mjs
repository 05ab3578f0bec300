import { WseServer } from '@wse/server'
import Fastify from 'fastify'

const app = Fastify()
// Everyone is who they say they are: docs/auth.md shows how to check.
const wse = new WseServer({ server: app.server, path: '/ws', identify: ({ identity, accept }) => accept(identity) })

// Who is connected, for a page that is not.
app.get('/online', () => [...wse.clients.keys()])

// A message to a user from an ordinary HTTP route.
app.post('/notify/:cid', (request) => wse.send(request.params.cid, 'notice', request.body))

await app.listen({ port: Number(process.env.PORT ?? 4200) })
await wse.listen()
console.log(`http://localhost:${app.server.address().port}`)

process.once('SIGTERM', async () => {
  await wse.close()
  await app.close()
})
