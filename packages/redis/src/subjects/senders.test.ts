import { expect, it } from 'vitest'
import { Senders } from './senders.js'

it('knows how far each is, and gives that as it is', () => {
  const senders = new Senders()
  expect(senders.took('ann', 1)).toBe('ann')
  senders.took('ann', 5)
  senders.took('own', 2)
  const cursor = senders.cursor('own', 3)
  senders.took('ann', 6)
  expect(cursor).toEqual({ ann: 5, own: 3 })
})

it('remembers a hundred of those who are gone', () => {
  const senders = new Senders()
  for (let i = 0; i < 110; i++) {
    senders.took(`${i}`, 1)
    senders.saw(`${i}`, 'up')
  }
  for (let i = 0; i < 105; i++) senders.saw(`${i}`, 'down')
  const cursor = senders.cursor('own', 0)
  expect(cursor['4']).toBeUndefined()
  expect(cursor['5']).toBe(1)
  expect(Object.keys(cursor).length).toBe(106)
})
