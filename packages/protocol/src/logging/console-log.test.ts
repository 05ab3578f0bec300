import { describe, expect, it } from 'vitest'
import { WseError } from '../error/wse-error.js'
import { type ConsoleLogOptions, consoleLog } from './console-log.js'

function log(options: ConsoleLogOptions = {}) {
  const lines: string[] = []
  const hooks = consoleLog({ sink: (line, level) => lines.push(`${level} ${line}`), ...options })
  const received = (name: string, payload: unknown, conn: unknown = undefined, requestId = 'r1') => {
    hooks.received({ kind: 'call', name, requestId, payload, conn })
    return lines.at(-1) ?? ''
  }
  const failed = (error: WseError, kind: 'call' | undefined = undefined) => {
    hooks.error({ error, kind, name: kind && 'add', requestId: kind && 'r1', conn: undefined })
    return lines.at(-1) ?? ''
  }
  return { lines, received, failed }
}

describe('a log', () => {
  it('[Q18] is of what is received and of errors; of what is sent it has none', () => {
    expect(Object.keys(consoleLog())).toEqual(['received', 'error'])
  })

  it('[Q18] has a line for what is received', () => {
    expect(log().received('add', { a: 1, b: [true, null] }, { cid: 'ann', conn_id: 'c1' })).toBe(
      'info received call add id=r1 cid=ann conn=c1 {"a":1,"b":[true,null]}',
    )
    expect(log().received('add', undefined)).toBe('info received call add id=r1')
    expect(log({ time: () => '12:00' }).received('file', new Uint8Array(9))).toBe(
      'info 12:00 received call file id=r1 <9 bytes>',
    )
  })

  it('[Q18] has a line for an error, and what it is about', () => {
    expect(log().failed(new WseError('X', { errorId: 'e1' }, { message: 'it broke' }), 'call')).toBe(
      'error error X call=add id=r1 errorId=e1 "it broke"',
    )
    expect(log().failed(new WseError('X'))).toBe('error error X X')
  })

  it.each([
    'token',
    'accessToken',
    'refresh_token',
    'password',
    'passwd',
    'PASSWORD',
    'client-secret',
    'Authorization',
    'Set-Cookie',
    'cookie',
    'apiKey',
    'api_key',
    'X-API-Key',
    'privateKey',
    'key',
    'credentials',
    'jwt',
    'identity',
    'challenge',
    'answer',
    'proof',
    'pin',
    'otp',
    'session',
    'auth',
  ])('never shows the value of %s', (name) => {
    const { received, lines } = log()
    received('login', { user: 'ann', [name]: 'hunter2', deep: [{ [name]: { value: 'hunter2' } }] })
    received(name, 'hunter2')
    expect(lines.join()).not.toContain('hunter2')
    expect(lines[0]).toContain('"user":"ann"')
  })

  it('hides what it is told to besides, and shows names that only sound alike', () => {
    const { received } = log({ redact: ['Card Number'] })
    expect(received('pay', { card_number: '4242', keyboard: 'qwerty', pinned: 1, answers: 2 })).toContain(
      '{"card_number":[redacted],"keyboard":"qwerty","pinned":1,"answers":2}',
    )
  })

  it('hides names in any script, and nothing for a name that is none', () => {
    const { received } = log({ redact: ['Пароль', '_'] })
    expect(received('login', { user: 'ann', пароль: 'hunter2', город: 'Paris' })).toContain(
      '{"user":"ann","пароль":[redacted],"город":"Paris"}',
    )
  })

  it('has a line for an error of the other end, whatever its details are', () => {
    const error = new WseError('X', { errorId: { toString: 1 } }, { message: 'it broke' })
    expect(log().failed(error)).toBe('error error X errorId="an error that cannot be shown" "it broke"')
  })

  it('shows no more of a payload than it says, however large or deep that is', () => {
    const many = Array.from({ length: 1_000_000 }, (_, n) => n)
    expect(log({ payload: 20 }).received('x', many)).toMatch(/ \[[\d,]{19}…$/)
    expect(log({ payload: 0 }).received('x', many)).toBe('info received call x id=r1')
    expect(log().received('x', { a: { b: { c: { d: { e: 1 } } } } })).toContain('{"a":{"b":{"c":{"d":…}}}}')
  })

  it('does not fail over what cannot be read', () => {
    const hostile = {
      get a() {
        throw new Error('a trap')
      },
    }
    expect(log().received('x', hostile)).toContain('<unreadable>')
    expect(log().received('x', { a: 1n, b: Symbol('s'), c: undefined })).toContain(
      '{"a":1,"b":Symbol(s),"c":undefined}',
    )
  })

  it.each([
    ['sink', { sink: 'console' }],
    ['time', { time: 5 }],
    ['redact', { redact: 'token' }],
    ['payload', { payload: -1 }],
    ['consoleLog.levels', { levels: [] }],
  ])('refuses a wrong %s', (option, options) => {
    expect(() => consoleLog(options as object)).toThrow(
      expect.objectContaining({ code: 'wse.invalid-option', details: { option } }),
    )
  })
})

describe('T56 a line of a log', () => {
  const EVIL: readonly [string, string][] = [
    ['line breaks', 'add\r\nerror wse.forged cid=admin'],
    ['an escape sequence', '\u001b[2J\u001b]0;pwned\u0007'],
    ['a C1 control', '\u009b31m'],
    ['an RTL override', 'cod.\u202egpj.exe'],
    ['line separators', 'a\u2028b\u2029c\u0085d'],
    ['invisible characters', 'a\u200bd\ufeffmin'],
    ['a lone surrogate', 'a\ud800'],
    ['a forged pair', 'add id=1 cid=admin'],
    ['100 KB', 'x'.repeat(100_000)],
    ['100 KB of escapes', '\u001b'.repeat(100_000)],
  ]
  for (const [what, text] of EVIL) {
    it(`with ${what} is one escaped line of at most 512 characters`, () => {
      const { received, failed, lines } = log()
      received(text, text, { cid: text, conn_id: text })
      received('x', { [text]: text })
      received('x', 1, undefined, text)
      failed(new WseError(text, { errorId: text }, { message: text }))
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual('error '.length + 512)
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(line).not.toMatch(/(^| )cid=admin( |$)/)
      }
    })
  }
})
