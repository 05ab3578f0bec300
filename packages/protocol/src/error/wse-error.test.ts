import { describe, expect, it } from 'vitest'
import { WSE_ERROR } from '../codes/tables.js'
import { WseError } from './wse-error.js'

describe('an error of WSE', () => {
  it('has a code, a text, details and a cause', () => {
    const cause = new Error('below')
    const error = new WseError('POOR', { balance: 5 }, { message: 'not enough', cause, remote: true })
    expect(error).toMatchObject({
      name: 'WseError',
      code: 'POOR',
      message: 'not enough',
      details: { balance: 5 },
      remote: true,
    })
    expect(error.cause).toBe(cause)
    expect(error).toBeInstanceOf(Error)
    expect(error.stack).toContain('wse-error.test')
  })

  it('has its code as its text, empty details and no cause where none are given', () => {
    const error = new WseError(WSE_ERROR.RP_TIMEOUT)
    expect(error).toMatchObject({ message: 'wse.client.rp.timeout', details: {}, remote: false })
    expect('cause' in error).toBe(false)
  })

  it('shows code, message and details as JSON; neither stack nor cause', () => {
    const error = new WseError('X', { a: 1 }, { cause: new Error('secret') })
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'X', message: 'X', details: { a: 1 } })
  })
})

describe('instanceof', () => {
  it('knows one made by another copy of the class, by its shape', () => {
    class Copy extends Error {
      readonly type = 'wse-error'
      readonly code = 'X'
    }
    expect(new Copy()).toBeInstanceOf(WseError)
    expect({ type: 'wse-error' }).toBeInstanceOf(WseError)
  })

  it.each([null, undefined, 5, 'wse-error', {}, [], new Error('x'), { type: 'other' }, () => 1])(
    'knows that %s is none',
    (value) => {
      expect(value instanceof WseError).toBe(false)
    },
  )

  it('tells subclasses of an application apart', () => {
    class Poor extends WseError {}
    class Rich extends WseError {}
    const poor = new Poor('POOR')
    expect(poor).toBeInstanceOf(WseError)
    expect(poor).toBeInstanceOf(Poor)
    expect(poor instanceof Rich).toBe(false)
    expect(new WseError('X') instanceof Poor).toBe(false)
  })
})
