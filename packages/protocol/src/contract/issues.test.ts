import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { WseError } from '../error/wse-error.js'
import type { Issue } from './issues.js'
import { tellIssues } from './issues.js'
import { reader } from './read.js'
import type { Schema } from './standard-schema.js'

/** What the other end is told about a value that does not fit. */
function told(schema: Schema, value: unknown): Issue[] {
  try {
    reader(schema, 'a value')(value)
  } catch (error) {
    return (error as WseError).details.issues as Issue[]
  }
  return []
}

const SECRET = 'hunter2'
const value = {
  id: SECRET,
  mail: SECRET,
  size: [1, SECRET],
  kind: SECRET,
  deep: { at: { last: SECRET } },
  extra: SECRET,
}

const schemas: { readonly [library: string]: Schema } = {
  valibot: v.strictObject({
    id: v.number(),
    mail: v.pipe(v.string(), v.email()),
    size: v.array(v.number()),
    kind: v.union([v.literal('a'), v.pipe(v.string(), v.url())]),
    deep: v.object({ at: v.object({ last: v.pipe(v.string(), v.maxLength(3)) }) }),
  }),
  zod: z.strictObject({
    id: z.number(),
    mail: z.email(),
    size: z.array(z.number()),
    kind: z.union([z.literal('a'), z.url()]),
    deep: z.object({ at: z.object({ last: z.string().max(3) }) }),
  }),
  arktype: type({
    id: 'number',
    mail: 'string.email',
    size: 'number[]',
    kind: "'a' | string.url",
    deep: { at: { last: 'string <= 3' } },
    '+': 'reject',
  }),
}

describe.each(Object.entries(schemas))('issues of %s', (_library, schema) => {
  const issues = told(schema, value)

  it('say where', () => {
    const paths = issues.map(({ path }) => path.join('.'))
    for (const path of ['id', 'mail', 'size.1', 'kind', 'deep.at.last']) expect(paths).toContain(path)
  })

  it('say what was expected', () => {
    const of = (path: string) => issues.find((issue) => issue.path.join('.') === path)?.message
    expect(of('id')).toMatch(/expected (a )?number/)
    expect(of('mail')).toMatch(/email/)
    expect(of('deep.at.last')).toMatch(/3/)
  })

  it('never hold the value', () => {
    expect(issues.length).toBeGreaterThanOrEqual(5)
    expect(JSON.stringify(issues)).not.toContain(SECRET)
  })

  it('are texts and numbers alone', () => {
    for (const issue of issues) {
      expect(Object.keys(issue)).toEqual(['path', 'message'])
      expect(issue.path.every((key) => typeof key === 'string' || typeof key === 'number')).toBe(true)
    }
  })
})

describe('values stay behind in arktype too', () => {
  it.each([
    ['branches of one kind', type('string.email | string.url')],
    ['branches of several kinds', type('string.email | number | boolean[]')],
    ['several at once', type('string.email & string.lower & string < 3')],
    ['what an author says', type('string').narrow((_text, ctx) => ctx.mustBe('longer'))],
    ['keys', type({ '[/^a/]': 'string', '+': 'reject' })],
  ])('%s', (_what, schema) => {
    const issues = [...told(schema as Schema, 'HUNTER2 and more'), ...told(schema as Schema, { deep: 'HUNTER2' })]
    expect(issues.length).toBeGreaterThan(0)
    expect(JSON.stringify(issues)).not.toContain('HUNTER2')
  })
})

describe('issues are bounded', () => {
  it('in number', () => {
    for (const schema of [v.array(v.number()), z.array(z.number()), type('number[]')]) {
      expect(told(schema as Schema, Array(1_000).fill('x'))).toHaveLength(16)
    }
  })

  it('in the length of their paths and keys', () => {
    const path = Array.from({ length: 100 }, () => 'k'.repeat(1_000))
    const [issue] = tellIssues([{ message: 'x', path }])
    expect(issue?.path).toHaveLength(32)
    expect(issue?.path[0]).toHaveLength(64)
  })

  it('in the length of their messages', () => {
    const [issue] = tellIssues([{ message: 'x', expected: 'e'.repeat(1_000) } as never])
    expect(issue?.message).toHaveLength(160)
  })
})

describe('paths', () => {
  it('come from keys and from segments', () => {
    const [issue] = tellIssues([{ message: 'x', path: ['a', { key: 1 }, { key: 'b' }, 2] }])
    expect(issue?.path).toEqual(['a', 1, 'b', 2])
  })

  it('name symbols by their text', () => {
    const [issue] = tellIssues([{ message: 'x', path: [Symbol('inner')] }])
    expect(issue?.path).toEqual(['Symbol(inner)'])
  })

  it('are empty where the library gives none', () => {
    expect(tellIssues([{ message: 'quotes "hunter2"' }])).toEqual([{ path: [], message: 'does not fit' }])
  })
})
