import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { Epochs } from './epochs.js'

it('a topic that never had an event has the epoch it had', () => {
  const epochs = new Epochs(createTestClock())
  expect(epochs.of('a')).toBe(epochs.of('a'))
})

it('one that had events and was forgotten has another each time', () => {
  const epochs = new Epochs(createTestClock())
  const first = epochs.of('a')
  epochs.forget('a')
  const second = epochs.of('a')
  epochs.forget('a')
  expect(new Set([first, second, epochs.of('a')]).size).toBe(3)
  expect(epochs.of('b')).toBe(first)
})

it('of more than can be remembered none is taken for one that never had an event', () => {
  const epochs = new Epochs(createTestClock(), 3)
  const first = epochs.of('a')
  for (const topic of ['a', 'b', 'c', 'd']) epochs.forget(topic)
  for (const topic of ['a', 'b', 'c', 'd', 'e']) expect(epochs.of(topic)).not.toBe(first)
})
