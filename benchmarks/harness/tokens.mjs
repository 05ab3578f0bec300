/** Credentials of the nth client. */
export const tokenOf = (n) => `token-of-${n}`

/** Who that is; null for nobody. */
export const userOf = (token) => (/^token-of-\d+$/.test(token) ? token.slice('token-of-'.length) : null)

/** What everyone is welcomed with. */
export const welcomeOf = (user) => ({ hello: user })
