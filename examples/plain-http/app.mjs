// Signing in by cookie, as in ../express/server.mjs, with nothing but Node: the routes, and WSE on the same server.
import { json } from 'node:stream/consumers'
import { WseServer } from '@wse/server'
import { cookieOf, sessionIn, signIn, signOut, userOf } from '../accounts.mjs'

/** Serves the application on an HTTP or HTTPS server. `attributes`: of the cookie, beside the usual ones. */
export async function serve(http, attributes = '') {
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
  wse.register('add', (_conn, { a, b }) => a + b)

  const routes = {
    async 'POST /login'(request, response) {
      const session = await signIn(await json(request))
      if (session === null) return response.writeHead(401).end()
      response.writeHead(204, { 'Set-Cookie': cookieOf(session) + attributes }).end()
    },
    'POST /logout'(request, response) {
      const session = sessionIn(request.headers)
      wse.dropClient(userOf(session))
      signOut(session)
      response.writeHead(204, { 'Set-Cookie': `${cookieOf('')}; Max-Age=0` }).end()
    },
    'GET /online'(_request, response) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify([...wse.clients.keys()]))
    },
    async 'POST /notify'(request, response) {
      if (!userOf(sessionIn(request.headers))) return response.writeHead(401).end()
      const { cid, ...notice } = await json(request)
      response.end(JSON.stringify(wse.send(cid, 'notice', notice)))
    },
  }

  http.on('request', async (request, response) => {
    const route = routes[`${request.method} ${request.url}`]
    try {
      if (route === undefined) response.writeHead(404).end('WebSockets are at /ws')
      else await route(request, response)
    } catch {
      response.writeHead(400).end()
    }
  })
  http.listen(Number(process.env.PORT ?? 4200))
  await wse.listen()

  process.once('SIGTERM', async () => {
    await wse.close()
    http.close()
  })
}
