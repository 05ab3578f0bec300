// Signing in by cookie: POST /login sets it, a browser sends it along with the WebSocket upgrade, `identify` reads it.
//
//   curl -i localhost:4200/login -H 'content-type: application/json' -d '{"name":"ann","password":"let me in"}'
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { WseServer } from '@wse/server'
import express from 'express'

const salt = randomBytes(16)
const accounts = new Map([['ann', { salt, hash: scryptSync('let me in', salt, 32) }]])
/** Cookie → user. */
const sessions = new Map()

const app = express()
const http = createServer(app)
http.listen(Number(process.env.PORT ?? 4200))
await once(http, 'listening')
const origin = `http://localhost:${http.address().port}`

app.post('/login', express.json(), (request, response) => {
  const { name, password } = request.body ?? {}
  if (!isPassword(accounts.get(name), String(password))) return response.sendStatus(401)
  const session = randomBytes(32).toString('base64url')
  sessions.set(session, name)
  // Behind TLS also `secure: true`.
  response.cookie('session', session, { httpOnly: true, sameSite: 'lax' }).sendStatus(204)
})

app.post('/logout', (request, response) => {
  const session = sessionOf(request)
  const cid = sessions.get(session)
  sessions.delete(session)
  wse.dropClient(cid)
  response.clearCookie('session').sendStatus(204)
})

const wse = new WseServer({
  server: http,
  path: '/ws',
  connPerUser: 5,
  // Any page may open a WebSocket to us, and the browser adds our cookie: only our own page is let in.
  origins: [origin],
  identify({ request, accept, refuse }) {
    const cid = sessions.get(sessionOf(request))
    if (cid) accept(cid)
    else refuse()
  },
})
await wse.listen()
console.log(origin)

process.once('SIGTERM', async () => {
  await wse.close()
  http.close()
})

function isPassword(account, password) {
  // As much work for a name nobody has, so that the time taken tells nothing.
  const hash = scryptSync(password, account?.salt ?? salt, 32)
  return account !== undefined && timingSafeEqual(hash, account.hash)
}

function sessionOf({ headers }) {
  return /(?:^|;\s*)session=([^;]*)/.exec(headers.cookie ?? '')?.[1]
}
