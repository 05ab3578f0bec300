/** What the server asks: see accounts.mjs for how the answer proves who one is. */
interface Quest {
  salt: string
  nonce: string
  /** Nobody has this name yet: the key goes along, to be remembered. */
  isNew: boolean
}

interface Answer {
  proof: string
  key?: string
}

/** What OWASP asks of PBKDF2 with SHA-256; it is what makes guessing passphrases slow. */
const ITERATIONS = 600_000

/** Answers challenges with a passphrase, which is kept for as long as the page may have to come back by itself. */
export function passphraseSolver(passphrase: string): (quest: Quest) => Promise<Answer> {
  // The slow part, once for each account and not again at every return or jump.
  const keys = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
  return async ({ salt, nonce, isNew }) => {
    const making = keys.get(salt) ?? stretch(passphrase, salt)
    keys.set(salt, making)
    const key = await making
    const proof = toHex(await sign(key, nonce))
    return isNew ? { proof, key: toHex(key) } : { proof }
  }
}

async function stretch(passphrase: string, salt: string): Promise<Uint8Array<ArrayBuffer>> {
  const secret = new TextEncoder().encode(passphrase.normalize())
  const base = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: fromHex(salt), iterations: ITERATIONS }
  return new Uint8Array(await crypto.subtle.deriveBits(how, base, 256))
}

async function sign(key: Uint8Array<ArrayBuffer>, nonce: string): Promise<Uint8Array<ArrayBuffer>> {
  const usable = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', usable, fromHex(nonce)))
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
