// Signing in by cookie, as in ../express/server.mjs. Hono runs on Node by @hono/node-server, which makes the HTTP server.
import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { WseServer } from '@wse/server'
import { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { signIn, signOut, userOf } from '../accounts.mjs'

const app = new Hono()
const http = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 4200) })
await once(http, 'listening')

const wse = new WseServer({
  server: http,
  path: '/ws',
  connPerUser: 5,
  upgrade({ cookies }) {
    const user = userOf(cookies.session)
    return user ? { context: { user } } : new Response('Sign in first', { status: 401 })
  },
  identify: ({ context, accept }) => accept(context.user),
})

app.post('/login', async (c) => {
  const session = await signIn(await c.req.json())
  if (session === null) return c.body(null, 401)
  // Behind TLS also `secure: true`.
  setCookie(c, 'session', session, { httpOnly: true, sameSite: 'Lax' })
  return c.body(null, 204)
})

app.post('/logout', (c) => {
  const session = getCookie(c, 'session')
  wse.dropClient(userOf(session))
  signOut(session)
  deleteCookie(c, 'session')
  return c.body(null, 204)
})

// Who is connected, for a page that is not.
app.get('/online', (c) => c.json([...wse.clients.keys()]))

// A message to a user from an ordinary HTTP route.
app.post('/notify/:cid', async (c) => {
  if (!userOf(getCookie(c, 'session'))) return c.body(null, 401)
  return c.json(wse.send(c.req.param('cid'), 'notice', await c.req.json()))
})

await wse.listen()
console.log(`http://localhost:${http.address().port}`)

process.once('SIGTERM', async () => {
  await wse.close()
  http.close()
})
