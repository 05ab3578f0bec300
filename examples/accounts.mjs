// Accounts and sessions of the examples, in memory: restarted, everybody has to sign in again.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const hashOf = promisify(scrypt)
const salt = randomBytes(16)
const accounts = new Map([
  ['ann', { salt, hash: await hashOf('let me in', salt, 32) }],
  ['bob', { salt, hash: await hashOf('me too', salt, 32) }],
])
/** Session → user. */
const sessions = new Map()

/** A new session; null if this is not the password. */
export async function signIn({ name, password } = {}) {
  const account = accounts.get(name)
  // As much work for a name nobody has, so that the time taken tells nothing.
  const hash = await hashOf(String(password), account?.salt ?? salt, 32)
  if (account === undefined || !timingSafeEqual(hash, account.hash)) return null
  const session = randomBytes(32).toString('base64url')
  sessions.set(session, name)
  return session
}

/** Whose session it is; undefined if it is nobody's. */
export const userOf = (session) => sessions.get(session)

export const signOut = (session) => sessions.delete(session)

/** The session in the headers of an HTTP request. */
export const sessionIn = ({ cookie = '' }) => /(?:^|;\s*)session=([^;]*)/.exec(cookie)?.[1]

/** The cookie of a session: scripts cannot read it, and other sites' forms do not send it. Behind TLS add `; Secure`. */
export const cookieOf = (session) => `session=${session}; Path=/; HttpOnly; SameSite=Lax`
