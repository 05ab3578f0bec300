import { expect, it } from 'vitest'
import { turnedAway } from './turned-away.js'

it.each([
  [401, 4501, 'wse.not-authorized'],
  [403, 4501, 'wse.not-authorized'],
  [429, 4004, 'wse.rate'],
  [500, 4009, 'wse.try-again'],
  [503, 4009, 'wse.try-again'],
  [404, 4501, 'wse.not-authorized'],
  [302, 4501, 'wse.not-authorized'],
  [200, 4501, 'wse.not-authorized'],
])('[H3] status %i is told as %i %s', (status, code, reason) => {
  expect(turnedAway(status, [])).toEqual({ code, goaway: { reason, status } })
})

it.each([
  ['0', 0],
  [' 30 ', 30_000],
  ['99999999999', 2_147_483_647],
  ['soon', undefined],
  ['-5', undefined],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
])('[H3] Retry-After "%s" is a delay of %s ms', (value, delay) => {
  expect(turnedAway(503, [['Retry-After', value]]).goaway.delay).toBe(delay)
})
