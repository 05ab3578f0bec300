import { expect, it } from 'vitest'
import { Templates } from './templates.js'
import { checkFilter, checkTopic, fillTemplate, hasWildcards } from './topic-name.js'

it('a topic has levels that are neither empty nor wildcards', () => {
  for (const name of ['a', 'room:42', 'chat:user.1', 'a/b/c', 'a+b', '__proto__'])
    expect(() => checkTopic(name)).not.toThrow()
  for (const name of ['', ':', 'a:', ':a', 'a::b', 'a.+', '#', 'a:#', '~wse:x', 5, null, 'n'.repeat(129)]) {
    expect(() => checkTopic(name), String(name)).toThrow(expect.objectContaining({ code: 'wse.invalid-name' }))
  }
})

it('a filter may have + for a level, and # at its end', () => {
  for (const filter of ['a', '+', '#', 'a:+', 'a:+.b', 'a:#']) expect(() => checkFilter(filter)).not.toThrow()
  for (const filter of ['', '#:a', 'a:#:b', 'a:', 5]) expect(() => checkFilter(filter)).toThrow()
  expect([hasWildcards('a:+'), hasWildcards('#'), hasWildcards('a:b+')]).toEqual([true, true, false])
})

it('a template is filled with texts and numbers that hold no separator', () => {
  expect(fillTemplate('room:{id}', { id: 42 })).toBe('room:42')
  expect(fillTemplate('a/{x}.{y}', { x: 'é', y: 'z' })).toBe('a/é.z')
  expect(fillTemplate('plain', {})).toBe('plain')
  for (const id of ['', 'a:b', 'a.b', 'a/b', '+', '#']) {
    expect(() => fillTemplate('room:{id}', { id })).toThrow(expect.objectContaining({ code: 'wse.invalid-name' }))
  }
  expect(() => fillTemplate('room:{id}', {})).toThrow()
  expect(() => fillTemplate('room:{constructor}', {})).toThrow()
})

it('a name is found under its template, texts before parameters, separators being part of it', () => {
  const templates = new Templates<string>()
  for (const template of ['room:{id}', 'room:lobby', 'chat:user.{a}.{b}', 'chat:user.1.x', 'any:*']) {
    expect(templates.add(template, template)).toBe(true)
  }
  const found = (name: string) => {
    const { value, params } = templates.find(name) ?? {}
    return value === undefined ? null : [value, { ...params }]
  }
  expect(found('room:42')).toEqual(['room:{id}', { id: '42' }])
  expect(found('room:lobby')).toEqual(['room:lobby', {}])
  expect(found('chat:user.1.y')).toEqual(['chat:user.{a}.{b}', { a: '1', b: 'y' }])
  expect(found('chat:user.1.x')).toEqual(['chat:user.1.x', {}])
  expect(found('any:thing')).toEqual(['any:*', { '*': 'thing' }])
  for (const name of ['room', 'room:', 'room.42', 'room:42:x', 'other', 'chat:user.1']) expect(found(name)).toBeNull()
})

it('two templates for the same names are one too many, and one taken out leaves nothing', () => {
  const templates = new Templates<number>()
  expect(templates.add('room:{id}', 1)).toBe(true)
  expect(templates.add('room:{name}', 2)).toBe(false)
  templates.remove('room:{id}')
  expect(templates.find('room:42')).toBeNull()
  expect(templates.add('room:{name}', 3)).toBe(true)
  expect(templates.find('room:42')?.value).toBe(3)
})

it('names of parameters reach no prototype', () => {
  const templates = new Templates<number>()
  templates.add('a:{__proto__}', 1)
  const params = templates.find('a:b')?.params as Record<string, string>
  expect(Object.getPrototypeOf(params)).toBeNull()
  expect(Object.keys(params)).toEqual(['__proto__'])
})
