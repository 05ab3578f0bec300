import { describe, expect, it } from 'vitest'
import { type Layer, through } from './onion.js'

describe('an onion', () => {
  it('runs its layers from the outside in, and comes back the other way', () => {
    const log: string[] = []
    const layer =
      (name: string): Layer =>
      (_, next) => {
        log.push(`${name} in`)
        const result = next()
        log.push(`${name} out`)
        return result
      }
    expect(through([layer('one'), layer('two')], {}, () => log.push('core'))).toBe(3)
    expect(log).toEqual(['one in', 'two in', 'core', 'two out', 'one out'])
  })

  it('without layers is its core, called with the context', () => {
    const context = {}
    expect(through([], context, (given) => given === context)).toBe(true)
  })

  it('returns what it is given: a value as a value, a promise as that very promise', () => {
    const promise = Promise.resolve(1)
    const pass: Layer = (_, next) => next()
    expect(through([pass, pass, pass], {}, () => promise)).toBe(promise)
    expect(through([pass, pass, pass], {}, () => 1)).toBe(1)
  })

  it('is answered by a layer that does not go on', () => {
    let ran = false
    const run = () => {
      ran = true
    }
    expect([through([() => 'cached'], {}, run), ran]).toEqual(['cached', false])
  })

  it('is what its layers make of the context and of the result', () => {
    const context = { payload: 1 }
    const change: Layer<typeof context> = (ctx, next) => {
      ctx.payload += 1
      return (next() as number) * 10
    }
    expect(through([change], context, (ctx) => ctx.payload)).toBe(20)
  })

  it('refuses a second next, at once and later', async () => {
    expect(() => through([(_, next) => [next(), next()]], {}, () => 1)).toThrow('next() was called twice')
    const twice: Layer = async (_, next) => {
      await next()
      return next()
    }
    await expect(through([twice], {}, async () => 1)).rejects.toThrow('next() was called twice')
  })

  it('shows what was added to everyone further in', () => {
    const seen: unknown[] = []
    const layers: Layer[] = [
      (_, next) => next({ role: 'admin' }),
      (ctx, next) => seen.push({ ...ctx }) && next({ n: 1 }),
    ]
    through(layers, {}, (ctx) => seen.push(ctx))
    expect(seen).toEqual([{ role: 'admin' }, { role: 'admin', n: 1 }])
  })

  it.each(['payload', 'role', 'constructor', 'toString', '__proto__'])('refuses to have %s added once more', (name) => {
    const adds = JSON.parse(`{"${name}":{"admin":true}}`)
    const layers: Layer[] = [(_, next) => next({ role: 'admin' }), (_, next) => next(adds)]
    expect(() => through(layers, { payload: 1 }, () => 1)).toThrow(`the context has ${name} already`)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })
})
