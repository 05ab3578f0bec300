import { expect, it } from 'vitest'
import { Senders } from './senders.js'

it('remembers nodes that are gone, but not all that ever were', () => {
  const senders = new Senders()
  for (let i = 0; i < 300; i++) {
    senders.saw(`n${i}`, 'up')
    senders.took(`n${i}`, i)
    senders.saw(`n${i}`, 'down')
  }
  senders.took('here', 7)
  senders.saw('n299', 'up')
  const cursor = senders.cursor('own', 3)
  expect(Object.keys(cursor)).toHaveLength(102)
  expect(cursor).toMatchObject({ n299: 299, n200: 200, here: 7, own: 3 })
  senders.clear()
  expect(senders.cursor('own', 3)).toEqual({ own: 3 })
})
