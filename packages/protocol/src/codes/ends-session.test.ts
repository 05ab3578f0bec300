import { describe, expect, it } from 'vitest'
import { rootFile } from '../vectors.test-helper.js'
import { endsSession, mayComeBack } from './after-close.js'
import { WSE_CLOSE } from './tables.js'

interface Row {
  readonly code: number
  readonly session: string
}

const rows = rootFile('PROTOCOL.md')
  .split('\n## Closing\n')[1]
  ?.split('\n## ')[0]
  ?.split('\n')
  .filter((line) => /^\| \d{4} \|/.test(line))
  .map((line): Row => {
    const cells = line.split('|').map((cell) => cell.trim())
    return { code: Number(cells[1]), session: cells[5] ?? '' }
  })

/** What the column says of a session that the link has; a link refused in its handshake has none. */
const ENDS: Readonly<Record<string, boolean | undefined>> = {
  ends: true,
  suspended: false,
  'kept by that link': false,
}

describe('the table of PROTOCOL.md', () => {
  it('has every code, and says of each what becomes of the session', () => {
    expect(rows?.map(({ code }) => code).sort()).toEqual(Object.values(WSE_CLOSE).sort())
    for (const { session } of rows ?? []) expect([...Object.keys(ENDS), 'none', 'untouched']).toContain(session)
  })

  it.each((rows ?? []).filter(({ session }) => session in ENDS))('$code: $session', ({ code, session }) => {
    expect(endsSession(code)).toBe(ENDS[session])
  })
})

it.each([1005, 1006, 1011, 1012, 1013, 1014, 0])('a link lost with %i suspends', (code) => {
  expect(endsSession(code)).toBe(false)
})

it('codes that are not known yet are judged by their range', () => {
  for (let code = 4010; code < 4500; code++) expect(endsSession(code)).toBe(false)
  for (let code = 4507; code < 5000; code++) expect(endsSession(code)).toBe(true)
})

it.each([1002, 1003, 1007, 1008, 1009, 1010, 3000, 3999])(
  '%i is final (P-64), so nobody comes back for the session, and it ends',
  (code) => {
    expect(mayComeBack(code)).toBe(false)
    expect(endsSession(code)).toBe(true)
  },
)
