import { expect, it } from 'vitest'
import { pathOption } from './path-option.js'
import { type PathPattern, pathOf } from './path-pattern.js'

const pattern = (text: string) => pathOption(text) as PathPattern

it.each([
  ['/ws', '/ws', {}],
  ['/', '/', {}],
  ['/rooms/{room}', '/rooms/42', { room: '42' }],
  ['/rooms/{room}', '/rooms/a%20b%2Fc', { room: 'a b/c' }],
  ['/{tenant}/rooms/{room}/', '/acme/rooms/42/', { tenant: 'acme', room: '42' }],
  ['/{__proto__}', '/evil', JSON.parse('{"__proto__":"evil"}')],
])('[H1] %s takes %s, with %o', (text, path, params) => {
  expect(pattern(text).takes(path)).toBe(true)
  expect(Object.entries(pattern(text).paramsOf(path) ?? {})).toEqual(Object.entries(params))
})

it.each([
  ['/ws', '/ws/'],
  ['/ws', '/WS'],
  ['/rooms/{room}', '/rooms/'],
  ['/rooms/{room}', '/rooms'],
  ['/rooms/{room}', '/rooms/42/x'],
  ['/rooms/{room}', '/ROOMS/42'],
])('[H1] %s does not take %s', (text, path) => {
  expect(pattern(text).takes(path)).toBe(false)
})

it.each(['/rooms/%', '/rooms/%zz', '/rooms/%ff'])('[H1] the parameters of %s cannot be read', (path) => {
  expect(pattern('/rooms/{room}').paramsOf(path)).toBeNull()
})

it.each(['', 'ws', '/ws?a=1', '/ws#a', '/a b', '/{', '/{}', '/x{id}', '/{a-b}', '/{a}/{a}', 5, null])(
  '[H1] %s is no path',
  (given) => {
    expect(() => pathOption(given)).toThrow(/option path/)
  },
)

it('[H1] patterns that take the same paths have one shape, and what is fixed further to the left ranks before', () => {
  expect(pattern('/rooms/{a}').shape).toBe(pattern('/rooms/{b}').shape)
  expect(pattern('/rooms/{a}').shape).not.toBe(pattern('/{a}/rooms').shape)
  const ranked = ['/{a}/{b}', '/{a}/x', '/x/{b}', '/x/x'].map(pattern).sort((a, b) => (a.rank < b.rank ? -1 : 1))
  expect(ranked.map(({ text }) => text)).toEqual(['/x/x', '/x/{b}', '/{a}/x', '/{a}/{b}'])
})

it('the path of a URL is what stands before its query', () => {
  expect(['/a?b=/c', '/a#b', '/a', undefined].map((url) => pathOf(url))).toEqual(['/a', '/a', '/a', '/'])
})
