/** Parts of names that say that a value is a credential. */
const CREDENTIALS = [
  'token',
  'passw',
  'passphrase',
  'secret',
  'authorization',
  'authentication',
  'cookie',
  'credential',
  'bearer',
  'jwt',
  'proof',
  'signature',
  'verifier',
  'identity',
  'challenge',
]
/** Names that do so only as a whole, or at the end. */
const WHOLE = /^(auth|pin|otp|pwd|sid|nonce|answer|session|sessionid)$|keys?$/

/** What stands for a value that is not shown. */
export const REDACTED = '[redacted]'

/** Says whether what has a name is a credential, whatever case and punctuation the name has. `more`: names besides. */
export function credentials(more: readonly string[] = []): (name: string) => boolean {
  const parts = [...CREDENTIALS, ...more.map(plain).filter((name) => name !== '')]
  return (name) => {
    const bare = plain(name)
    return WHOLE.test(bare) || parts.some((part) => bare.includes(part))
  }
}

function plain(name: string): string {
  return name
    .slice(0, 256)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
