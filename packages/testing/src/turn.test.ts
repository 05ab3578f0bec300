import { afterEach, expect, test, vi } from 'vitest'
import { later, turn } from './turn.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

test.each(['setImmediate', 'MessageChannel', 'setTimeout'])('takes a turn by %s', async (kind) => {
  if (kind !== 'setImmediate') vi.stubGlobal('setImmediate', undefined)
  if (kind === 'setTimeout') vi.stubGlobal('MessageChannel', undefined)
  const seen: string[] = []
  later(() => seen.push('turn'))
  for (let i = 0; i < 20; i++) await null
  seen.push('reactions')
  await turn()
  expect(seen).toEqual(['reactions', 'turn'])
})
