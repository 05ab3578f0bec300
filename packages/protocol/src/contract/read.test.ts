import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { WSE_ERROR } from '../codes/tables.js'
import { Late, reader, readerOf } from './read.js'
import type { Schema } from './standard-schema.js'

const isShort = async (text: string) => text.length < 5
const late = v.pipeAsync(v.string(), v.checkAsync(isShort, 'short'))

/** A schema written by hand. */
const schemaOf = (validate: Schema['~standard']['validate']): Schema => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

async function settle(value: unknown): Promise<unknown> {
  expect(value).toBeInstanceOf(Late)
  return (value as Late).value
}

describe('a synchronous schema', () => {
  it.each([
    ['valibot', v.pipe(v.string(), v.transform(Number))],
    ['zod', z.string().transform(Number)],
    ['arktype', type('string.numeric.parse')],
  ])('of %s gives what it makes of a value, at once', (_library, schema) => {
    expect(reader(schema as Schema, 'a value')('42')).toBe(42)
  })

  it.each([
    ['strips', v.object({ a: v.number() }), { a: 1 }],
    ['strips', z.object({ a: z.number() }), { a: 1 }],
    ['keeps', v.looseObject({ a: v.number() }), { a: 1, b: 2 }],
    ['keeps', type({ a: 'number' }), { a: 1, b: 2 }],
    ['strips', type({ a: 'number', '+': 'delete' }), { a: 1 }],
  ])('decides of unknown keys: it %s them', (_what, schema, expected) => {
    expect(reader(schema as Schema, 'a value')({ a: 1, b: 2 })).toEqual(expected)
  })

  it('refuses unknown keys where it is strict', () => {
    const read = reader(v.strictObject({ a: v.number() }), 'a value')
    expect(() => read({ a: 1, b: 2 })).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD }))
  })

  it('refuses by INVALID_PAYLOAD, with the path and a text', () => {
    const read = reader(v.object({ a: v.number() }), 'input of add')
    expect(() => read({ a: 'x' })).toThrow(
      expect.objectContaining({
        code: WSE_ERROR.INVALID_PAYLOAD,
        message: 'input of add: a: expected number',
        details: { issues: [{ path: ['a'], message: 'expected number' }] },
      }),
    )
  })

  it('may call an empty list of issues what it likes: with issues there is no value', () => {
    const read = reader(
      schemaOf(() => ({ issues: [] })),
      'a value',
    )
    expect(() => read(1)).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD }))
  })

  it('that throws is a defect of this side, and not of who sent the value', () => {
    const read = reader(
      schemaOf(() => {
        throw new RangeError('bug')
      }),
      'input of add',
    )
    expect(() => read(1)).toThrow(
      expect.objectContaining({ name: 'Error', message: 'the schema of input of add threw: bug' }),
    )
  })

  it('gives a value that has a then as it is', () => {
    // biome-ignore lint/suspicious/noThenProperty: what an application may send
    const odd = { then: () => {} }
    expect(reader(v.any(), 'a value')(odd)).toBe(odd)
  })
})

describe('null stands for what is absent', () => {
  it('where a schema does not take null', () => {
    expect(reader(v.optional(v.string()), 'a value')(null)).toBeUndefined()
    expect(reader(v.optional(v.string(), 'world'), 'a value')(null)).toBe('world')
    expect(reader(z.string().optional(), 'a value')(null)).toBeUndefined()
    expect(reader(v.undefined(), 'a value')(null)).toBeUndefined()
  })

  it('and is itself where it does', () => {
    expect(reader(v.nullish(v.string(), 'world'), 'a value')(null)).toBe('world')
    expect(reader(v.nullable(v.string()), 'a value')(null)).toBeNull()
    expect(reader(v.any(), 'a value')(null)).toBeNull()
  })

  it('and is refused, as null, where neither fits', () => {
    const read = reader(v.object({ a: v.number() }), 'a value')
    expect(() => read(null)).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD }))
  })

  it('for an asynchronous schema as well', async () => {
    const read = reader(v.optionalAsync(late, 'none'), 'a value')
    expect(await settle(read(null))).toBe('none')
  })
})

describe('an asynchronous schema', () => {
  it('gives its value later', async () => {
    expect(await settle(reader(late, 'a value')('text'))).toBe('text')
    const zod = z.string().refine(isShort)
    expect(await settle(reader(zod, 'a value')('text'))).toBe('text')
  })

  it('refuses later', async () => {
    await expect(settle(reader(late, 'a value')('too long'))).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_PAYLOAD,
      details: { issues: [{ path: [], message: 'check' }] },
    })
  })

  it('that rejects is a defect of this side', async () => {
    const read = reader(
      schemaOf(() => Promise.reject(new RangeError('bug'))),
      'a value',
    )
    await expect(settle(read(1))).rejects.toMatchObject({ name: 'Error', message: 'the schema of a value threw: bug' })
  })
})

it('where there is no schema nothing gets through', () => {
  expect(readerOf(undefined, 'a value')({ anything: 1 })).toBeUndefined()
})
