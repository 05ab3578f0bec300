import { createServer } from 'node:http'
import { WseServer } from '@wse/server'
import express from 'express'

const app = express()
const http = createServer(app)
// Everyone is who they say they are: login.mjs shows how to check.
const wse = new WseServer({ server: http, path: '/ws', identify: ({ identity, accept }) => accept(identity) })

// Who is connected, for a page that is not.
app.get('/online', (_request, response) => response.json([...wse.clients.keys()]))

// A message to a user from an ordinary HTTP route.
app.post('/notify/:cid', express.json(), (request, response) => {
  response.json(wse.send(request.params.cid, 'notice', request.body))
})

http.listen(Number(process.env.PORT ?? 4200))
await wse.listen()
console.log(`http://localhost:${http.address().port}`)

process.once('SIGTERM', async () => {
  await wse.close()
  http.close()
})
