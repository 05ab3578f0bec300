import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { Places } from './places.js'

const value = (n: number) => ({ n })

it('is what a map is, whatever comes and goes', () => {
  const step = fc.tuple(fc.constantFrom('set', 'delete', 'clear'), fc.nat(200), fc.nat())
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
      const places = new Places<{ n: number }>()
      const map = new Map<string, { n: number }>()
      for (const [what, at, n] of steps) {
        const name = `n${at}`
        if (what === 'set') for (const one of [places, map]) one.set(name, value(n))
        else if (what === 'delete') for (const one of [places, map]) one.delete(name)
        else if (n % 20 === 0) for (const one of [places, map]) one.clear()
        expect([places.size, places.get(name)]).toEqual([map.size, map.get(name)])
      }
      expect(new Set(places.values())).toEqual(new Set(map.values()))
    }),
  )
})

it('takes nothing out of its table for a name that comes and goes', () => {
  const places = new Places<{ n: number }>()
  const remove = vi.spyOn(Map.prototype, 'delete')
  for (let n = 0; n < 10_000; n++) {
    places.set('same', value(n))
    places.delete('same')
  }
  expect(remove).not.toHaveBeenCalled()
  remove.mockRestore()
})

it('has at most as many empty places as full ones, and some', () => {
  const places = new Places<{ n: number }>()
  const remove = vi.spyOn(Map.prototype, 'delete')
  for (let n = 0; n < 1_000; n++) places.set(`n${n}`, value(n))
  for (let n = 0; n < 1_000; n++) places.delete(`n${n}`)
  const removed = remove.mock.calls.length
  remove.mockRestore()
  expect(places.size).toBe(0)
  expect(removed).toBeGreaterThanOrEqual(1_000 - 64)
  expect(removed).toBeLessThanOrEqual(1_000)
})
