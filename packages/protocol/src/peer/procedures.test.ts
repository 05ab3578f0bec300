import { describe, expect, it } from 'vitest'
import { checkName, Procedures } from './procedures.js'

const code = (value: string) => expect.objectContaining({ code: value })
const handler = () => 1

describe('procedures', () => {
  it('are registered, found and taken back by name', () => {
    const procedures = new Procedures<typeof handler>()
    procedures.register('add', handler)
    expect(procedures.get('add')).toBe(handler)
    procedures.unregister('add')
    expect(procedures.get('add')).toBeUndefined()
    procedures.register('add', handler)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'error'])(
    'resolve %s only once registered',
    (name) => {
      const procedures = new Procedures<typeof handler>()
      expect(procedures.get(name)).toBeUndefined()
      procedures.register(name, handler)
      expect(procedures.get(name)).toBe(handler)
    },
  )

  it('refuse a name that is taken, and one to take back that is not there', () => {
    const procedures = new Procedures<typeof handler>()
    procedures.register('add', handler)
    expect(() => procedures.register('add', handler)).toThrow(code('wse.server.rp.already-registered'))
    expect(() => procedures.unregister('sub')).toThrow(code('wse.server.rp.not-registered'))
  })

  it.each([undefined, null, 5, 'add', {}])('refuse %s for a handler', (bad) => {
    const procedures = new Procedures<unknown>()
    expect(() => procedures.register('add', bad)).toThrow(code('wse.invalid-option'))
    expect(procedures.get('add')).toBeUndefined()
  })
})

describe('a name an application uses', () => {
  it.each(['', '~wse:call', '~wse:', 'n'.repeat(129), undefined, null, 5, {}, Symbol('x')])('may not be %s', (name) => {
    expect(() => checkName(name)).toThrow(code('wse.invalid-name'))
  })

  it('may be any other', () => {
    for (const name of ['a', 'n'.repeat(128), '__proto__', '~wse', ' ']) expect(() => checkName(name)).not.toThrow()
  })
})
