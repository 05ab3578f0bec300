import { expect, it } from 'vitest'
import { type Shape, Shapes, shapeOf } from './shapes.js'

it.each<[filter: string, prefix: string, shape: Shape]>([
  ['orders:#', 'orders', ['orders', 1]],
  ['orders:+.made', 'orders', ['orders', 1]],
  ['orders:ann.#', 'orders:ann', ['orders', 2]],
  ['orders:ann/made.+', 'orders:ann/made', ['orders', 3]],
  ['+.made', '', ['', 0]],
  ['#', '', ['', 0]],
])('%s begins with %s', (filter, prefix, shape) => {
  expect(shapeOf(filter)).toEqual({ prefix, shape })
})

it('knows under which beginnings a topic may be wanted, by any node', () => {
  const shapes = new Shapes()
  expect(shapes.prefixesOf('orders:ann.made')).toEqual([])
  shapes.set('one', [shapeOf('orders:#').shape])
  shapes.set('two', [shapeOf('orders:ann.#').shape, shapeOf('bills:a.b.c.#').shape])
  expect(shapes.prefixesOf('orders:bob.made')).toEqual(['orders', 'orders:bob'])
  expect(shapes.prefixesOf('orders')).toEqual(['orders'])
  expect(shapes.prefixesOf('bills:a.b')).toEqual([])
  expect(shapes.prefixesOf('others:a')).toEqual([])
  shapes.set('three', [shapeOf('+.made').shape])
  expect(shapes.prefixesOf('others:a')).toEqual([''])
  expect([...shapes.prefixesOf('orders:bob')].sort()).toEqual(['', 'orders', 'orders:bob'])
})

it('takes the same shape of several nodes as one, and forgets what a node has no more', () => {
  const shapes = new Shapes()
  const { shape } = shapeOf('orders:#')
  for (const node of ['one', 'two']) shapes.set(node, [shape, shapeOf('bills:#').shape])
  expect([shapes.prefixesOf('orders:1'), shapes.size]).toEqual([['orders'], 2])
  shapes.set('one', [])
  shapes.set('two', [shape])
  expect([shapes.prefixesOf('orders:1'), shapes.prefixesOf('bills:1'), shapes.size]).toEqual([['orders'], [], 1])
  shapes.set('two', [])
  expect([shapes.prefixesOf('orders:1'), shapes.size]).toEqual([[], 0])
})
