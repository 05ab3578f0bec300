// Signing in by cookie: POST /login sets it, a browser sends it along with the WebSocket's upgrade.
//
//   curl -i localhost:4200/login -H 'content-type: application/json' -d '{"name":"ann","password":"let me in"}'
import { createServer } from 'node:http'
import { WseServer } from '@wse/server'
import express from 'express'
import { sessionIn, signIn, signOut, userOf } from '../accounts.mjs'

const app = express()
const http = createServer(app)

const wse = new WseServer({
  server: http,
  path: '/ws',
  connPerUser: 5,
  // Pages of other sites are refused before this is asked: the browser would add our cookie to their upgrades, too.
  upgrade({ cookies }) {
    const user = userOf(cookies.session)
    return user ? { context: { user } } : new Response('Sign in first', { status: 401 })
  },
  identify: ({ context, accept }) => accept(context.user),
})

app.post('/login', express.json(), async (request, response) => {
  const session = await signIn(request.body)
  if (session === null) return response.sendStatus(401)
  // Behind TLS also `secure: true`.
  response.cookie('session', session, { httpOnly: true, sameSite: 'lax' }).sendStatus(204)
})

app.post('/logout', (request, response) => {
  const session = sessionIn(request.headers)
  wse.dropClient(userOf(session))
  signOut(session)
  response.clearCookie('session').sendStatus(204)
})

// Who is connected, for a page that is not.
app.get('/online', (_request, response) => response.json([...wse.clients.keys()]))

// A message to a user from an ordinary HTTP route.
app.post('/notify/:cid', express.json(), (request, response) => {
  if (!userOf(sessionIn(request.headers))) return response.sendStatus(401)
  response.json(wse.send(request.params.cid, 'notice', request.body))
})

http.listen(Number(process.env.PORT ?? 4200))
await wse.listen()
console.log(`http://localhost:${http.address().port}`)

process.once('SIGTERM', async () => {
  await wse.close()
  http.close()
})
