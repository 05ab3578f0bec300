import { expect, it } from 'vitest'
import { BrokenStays } from './broken.js'

it('tells each server once of each stay, as the other end of it sees it', () => {
  const broken = new BrokenStays()
  broken.add('one', { id: 'a', stay: 1, is: 'in' })
  broken.add('one', { id: 'a', stay: 1, is: 'taken' })
  broken.add('two', { id: 'a', stay: 2, is: 'out' })
  expect(broken.take().map(({ to, about: { id, stay, is } }) => [to, id, stay, is])).toEqual([
    ['one', 'a', 1, 'over'],
    ['two', 'a', 2, 'lost'],
  ])
  expect(broken.take()).toEqual([])
})

it('tells a server that is gone nothing', () => {
  const broken = new BrokenStays()
  broken.add('one', { id: 'a', stay: 1, is: 'in' })
  broken.gone('one')
  expect([broken.size, broken.take()]).toEqual([0, []])
})

it('remembers no more than 10,000', () => {
  const broken = new BrokenStays()
  for (let n = 0; n <= 10_000; n++) broken.add('one', { id: `${n}`, stay: 1, is: 'in' })
  expect([broken.size, broken.take()[0]?.about.id]).toEqual([10_000, '1'])
})
