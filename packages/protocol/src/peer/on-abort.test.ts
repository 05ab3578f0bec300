import { expect, it, vi } from 'vitest'
import { onAbort } from './on-abort.js'

it('puts one listener on a signal, however many wait for it, and takes it off with the last', () => {
  const { signal } = new AbortController()
  const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]
  const offs = Array.from({ length: 20 }, () => onAbort(signal, () => {}))
  for (const off of offs) off()
  expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1])
})

it('runs who still waits when the signal aborts, each once', () => {
  const controller = new AbortController()
  const [left, stays] = [vi.fn(), vi.fn()]
  onAbort(controller.signal, left)()
  const off = onAbort(controller.signal, stays)
  controller.abort()
  off()
  expect([left.mock.calls.length, stays.mock.calls.length]).toEqual([0, 1])
})

it('begins anew on a signal nobody waited for any more', () => {
  const controller = new AbortController()
  onAbort(controller.signal, () => {})()
  const again = vi.fn()
  onAbort(controller.signal, again)
  controller.abort()
  expect(again).toHaveBeenCalledOnce()
})
