import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

// How signing in works here. A name belongs to whoever signs in with it first. The page makes a key of the passphrase and
// the salt of the account (PBKDF2), and answers each challenge with HMAC-SHA256(key, nonce); the nonce is good for one
// link. The passphrase never leaves the page; the key does once, at the first sign-in, so that there is something to
// check against. Who reads that key, here or on its way, can sign in as its owner: a service that means it has TLS in
// front, keeps its accounts in a database, limits how often one may try, and would rather use passkeys.

/** Name in lower case → `{ name, salt, key }`. In memory: restarted, the demo knows nobody. */
const accounts = new Map()
const MOST_ACCOUNTS = 10_000

/** A letter, then letters, digits, spaces, dots, hyphens and apostrophes: at most 24 in all. */
const NAME = /^\p{L}[\p{L}\p{M}\p{N} .'’-]{0,23}$/u
const SHA256_HEX = /^[\da-f]{64}$/

/** What a client has to answer to be let in as `name`; null if that can be nobody's name. */
export function questFor(name) {
  if (typeof name !== 'string' || !NAME.test(name) || name !== name.normalize().trim()) return null
  const account = accounts.get(name.toLowerCase())
  return { salt: account?.salt ?? randomHex(16), nonce: randomHex(32), isNew: account === undefined }
}

/** The name an answer proves, as it was first written; null if it proves nothing. */
export function signIn(name, { quest, response }) {
  const account = accounts.get(name.toLowerCase()) ?? newcomer(name, quest, response)
  if (account === null || !SHA256_HEX.test(response?.proof)) return null
  const expected = createHmac('sha256', account.key).update(Buffer.from(quest.nonce, 'hex')).digest()
  if (!timingSafeEqual(expected, Buffer.from(response.proof, 'hex'))) return null
  accounts.set(name.toLowerCase(), account)
  return account.name
}

function newcomer(name, { salt }, response) {
  if (!SHA256_HEX.test(response?.key) || accounts.size >= MOST_ACCOUNTS) return null
  return { name, salt, key: Buffer.from(response.key, 'hex') }
}

const randomHex = (bytes) => randomBytes(bytes).toString('hex')
