import { describe, expect, it } from 'vitest'
import { failure, fromWire, isWseError, textOf, toWire, toWseError } from './describe.js'
import { WseError } from './wse-error.js'

const throwing = () => {
  throw new Error('a trap')
}
const hostile = new Proxy({}, { get: throwing, getPrototypeOf: throwing, has: throwing, ownKeys: throwing })

describe('the text of anything thrown', () => {
  it.each([
    [new Error('boom'), 'boom'],
    ['text', 'text'],
    [null, 'null'],
    [undefined, 'undefined'],
    [5, '5'],
    [5n, '5'],
    [Symbol('s'), 'Symbol(s)'],
    [{}, '[object Object]'],
  ])('%s', (thrown, text) => {
    expect(textOf(thrown)).toBe(text)
  })

  it.each([
    ['a Proxy', hostile],
    ['an object without a prototype', Object.create(null)],
    ['a toString that throws', { toString: throwing }],
    ['a message that throws', Object.defineProperty(new Error('x'), 'message', { get: throwing })],
  ])('is safe for %s', (_, thrown) => {
    expect(textOf(thrown)).toBe('an error that cannot be shown')
  })
})

describe('anything caught', () => {
  it('stays itself if it is a WseError', () => {
    const error = new WseError('X')
    expect(toWseError(error, 'Y')).toBe(error)
  })

  it('is wrapped otherwise, with the original as the cause', () => {
    const cause = new Error('boom')
    expect(toWseError(cause, 'Y')).toMatchObject({ code: 'Y', message: 'boom', details: {}, cause })
    expect(toWseError(null, 'Y')).toMatchObject({ code: 'Y', message: 'null' })
  })

  it('is told as the reason of what failed by it', () => {
    const cause = new WseError('X', {}, { message: 'boom' })
    expect(failure('Y', 'it failed', cause, { a: 1 })).toMatchObject({
      code: 'Y',
      message: 'it failed: boom',
      details: { a: 1 },
      cause,
    })
    expect(failure('Y', 'it failed', hostile)).toMatchObject({ message: 'it failed: an error that cannot be shown' })
  })

  it.each([
    null,
    undefined,
    5,
    hostile,
    {
      get type() {
        return throwing()
      },
    },
  ])('is judged without throwing', (thrown) => {
    expect(isWseError(thrown)).toBe(false)
    expect(toWseError(thrown, 'Y').code).toBe('Y')
  })
})

describe('what a caller is told', () => {
  it('is everything of a WseError', () => {
    expect(toWire(new WseError('POOR', { b: 1 }, { message: 'm' }), 'id')).toEqual({
      code: 'POOR',
      message: 'm',
      details: { b: 1 },
    })
  })

  it.each([
    new Error('secret /etc/passwd'),
    'secret',
    null,
    undefined,
    5,
    hostile,
    { code: 'secret', message: 'secret' },
  ])('is nothing of anything else', (thrown) => {
    expect(toWire(thrown, 'id')).toEqual({
      code: 'wse.server.rp.failed',
      message: 'RPC execution failed',
      details: { errorId: 'id' },
    })
  })

  it('is told without throwing, even of what only looks like a WseError', () => {
    const lookAlikes = [
      { type: 'wse-error' },
      { type: 'wse-error', code: Object.create(null) },
      {
        type: 'wse-error',
        code: 'X',
        get details() {
          return throwing()
        },
      },
      {
        type: 'wse-error',
        get code() {
          return throwing()
        },
      },
    ]
    for (const thrown of lookAlikes) expect(typeof toWire(thrown, 'id').code).toBe('string')
  })
})

describe('what came over the wire', () => {
  it('becomes an error of the other end', () => {
    const error = fromWire({ code: 'POOR', message: 'm', details: { b: 1 } }, 'withdraw')
    expect(error).toMatchObject({ code: 'POOR', message: 'm', details: { b: 1, rpc: 'withdraw' }, remote: true })
  })

  it.each([null, undefined, 5, 'text', [], {}, { code: 5 }, { code: null, message: 7, details: 'x' }])(
    'becomes one even if it is %j',
    (payload) => {
      const error = fromWire(payload, 'rp')
      expect(error).toMatchObject({
        code: 'wse.server.rp.failed',
        message: 'wse.server.rp.failed',
        details: { rpc: 'rp' },
        remote: true,
      })
    },
  )

  it('cannot say another procedure failed, nor reach a prototype', () => {
    const error = fromWire(JSON.parse('{"code":"X","details":{"rpc":"other","__proto__":{"admin":true}}}'), 'rp')
    expect(error.details.rpc).toBe('rp')
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })
})
