const BROWSERS = [/Edg(?=\/)/, /OPR(?=\/)/, /Firefox/, /Chrome/, /Safari/]
const SYSTEMS = [/iPhone/, /iPad/, /Android/, /Windows/, /Mac/, /Linux/]
const SAID_AS: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' }

/** What people call this browser: 'Firefox on Android'. */
export function deviceName(userAgent: string): string {
  const [browser = 'Browser', system = 'computer'] = [BROWSERS, SYSTEMS].map((known) => firstOf(known, userAgent))
  return `${SAID_AS[browser] ?? browser} on ${system}`
}

function firstOf(known: readonly RegExp[], userAgent: string): string | undefined {
  for (const pattern of known) {
    const found = pattern.exec(userAgent)
    if (found) return found[0]
  }
  return undefined
}
