import { expect, it } from 'vitest'
import { Presence } from './presence.js'

const ann = { id: 'ann', value: '1' }
const bob = { id: 'bob', value: '2' }

it('gives those who were there before, of other ids', () => {
  const presence = new Presence()
  expect(presence.enter('s', 'n', [ann])).toEqual([])
  expect(presence.enter('s', 'm', [bob])).toEqual([{ ...ann, node: 'n' }])
  expect(presence.enter('s', 'n', [{ ...ann, value: 'new' }])).toEqual([{ ...bob, node: 'm' }])
  expect(presence.present('s')).toEqual([
    { id: 'ann', value: 'new', node: 'n' },
    { ...bob, node: 'm' },
  ])
  expect(presence.enter('s', 'n', [])).toHaveLength(2)
  expect(presence.present('another')).toEqual([])
})

it('takes back what one node has noted, and nothing of another', () => {
  const presence = new Presence()
  presence.enter('s', 'n', [ann, bob])
  presence.enter('s', 'm', [ann])
  presence.enter('t', 'n', [ann])
  presence.leave('s', 'm', ['ann', 'bob', 'nobody'])
  presence.leave('none', 'm', ['ann'])
  expect(presence.present('s').map(({ id, node }) => [id, node])).toEqual([
    ['ann', 'n'],
    ['bob', 'n'],
  ])
  expect(presence.size).toBe(3)
  presence.drop('n')
  expect(presence.size).toBe(0)
})
