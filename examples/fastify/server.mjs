// Signing in by cookie, as in ../express/server.mjs.
import { WseServer } from '@wse/server'
import Fastify from 'fastify'
import { cookieOf, sessionIn, signIn, signOut, userOf } from '../accounts.mjs'

const app = Fastify()

const wse = new WseServer({
  server: app.server,
  path: '/ws',
  connPerUser: 5,
  upgrade({ cookies }) {
    const user = userOf(cookies.session)
    return user ? { context: { user } } : new Response('Sign in first', { status: 401 })
  },
  identify: ({ context, accept }) => accept(context.user),
})

app.post('/login', async (request, reply) => {
  const session = await signIn(request.body ?? {})
  if (session === null) return reply.code(401).send()
  return reply.header('set-cookie', cookieOf(session)).code(204).send()
})

app.post('/logout', async (request, reply) => {
  const session = sessionIn(request.headers)
  wse.dropClient(userOf(session))
  signOut(session)
  return reply
    .header('set-cookie', `${cookieOf('')}; Max-Age=0`)
    .code(204)
    .send()
})

// Who is connected, for a page that is not.
app.get('/online', () => [...wse.clients.keys()])

// A message to a user from an ordinary HTTP route.
app.post('/notify/:cid', async (request, reply) => {
  if (!userOf(sessionIn(request.headers))) return reply.code(401).send()
  return wse.send(request.params.cid, 'notice', request.body)
})

await app.listen({ port: Number(process.env.PORT ?? 4200) })
await wse.listen()
console.log(`http://localhost:${app.server.address().port}`)

process.once('SIGTERM', async () => {
  await wse.close()
  await app.close()
})
