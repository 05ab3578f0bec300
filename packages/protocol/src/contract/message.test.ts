import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { message, policyOf, saysHow } from './message.js'

describe('a message of a contract', () => {
  const schema = v.object({ id: v.string() })

  it('is read by its schema, and says how it is sent', () => {
    const cursor = message(schema, { latest: ({ id }) => id })
    expect(cursor['~standard']).toBe(schema['~standard'])
    expect(policyOf(cursor)?.({ id: 'a' })).toEqual({ latest: 'a' })
    expect(policyOf(message(schema, { latest: true }))?.({ id: 'a' })).toEqual({ latest: '' })
    expect(policyOf(message(schema, { volatile: true }))?.(null)).toMatchObject({ volatile: true })
    expect(policyOf(message(schema, { queue: { frames: 5 } }))?.(null)).toMatchObject({ queue: { frames: 5 } })
    expect(policyOf(schema)).toBeNull()
  })

  it('leaves it to the sender who says so', () => {
    expect([undefined, {}, { compress: true }].map(saysHow)).toEqual([false, false, false])
    expect([{ volatile: false }, { latest: 'a' }, { queue: { frames: 1 } }].map(saysHow)).toEqual([true, true, true])
  })

  it.each([
    [{ latest: true, volatile: true }],
    [{ latest: () => 'a', queue: { frames: 5 } }],
    [{ queue: {} }],
    [{ volatle: true }],
    [{ latest: 'id' }],
    [{ latest: 5 }],
    [null],
    [5],
  ])('refuses the policy %o', (policy) => {
    expect(() => message(schema, policy as never)).toThrow(expect.objectContaining({ code: 'wse.invalid-option' }))
  })

  it.each([[undefined], [5], [{}]])('refuses the schema %o', (none) => {
    expect(() => message(none as never, { volatile: true })).toThrow(
      expect.objectContaining({ code: 'wse.invalid-option' }),
    )
  })

  it('without a policy is sent as any other', () => {
    expect(policyOf(message(schema, undefined as never))?.({ id: 'a' })).toEqual({})
  })
})
