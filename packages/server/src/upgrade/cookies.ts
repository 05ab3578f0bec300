/**
 * Reads a `Cookie` header (RFC 6265 §5.4). Of two cookies with one name the first counts: browsers send that of the
 * longer path first. Values are percent-decoded where that is possible, as they are else.
 */
export function parseCookies(header = ''): Readonly<Record<string, string>> {
  const cookies: Record<string, string> = Object.create(null)
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, at)).trim()
    if (name !== '' && !(name in cookies)) cookies[name] = decoded(unquoted(pair.slice(at + 1).trim()))
  }
  return cookies
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}

function decoded(value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
