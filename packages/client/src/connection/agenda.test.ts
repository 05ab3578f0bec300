import { expect, it } from 'vitest'
import { Agenda } from './agenda.js'

it('does what it is given at once, in order', () => {
  const done: string[] = []
  new Agenda().add(
    () => done.push('a'),
    () => done.push('b'),
  )
  expect(done).toEqual(['a', 'b'])
})

it('does what comes in the midst of it after what is still to be done', () => {
  const done: string[] = []
  const agenda = new Agenda()
  agenda.add(
    () => {
      agenda.add(() => done.push('c'))
      done.push('a')
    },
    () => done.push('b'),
  )
  expect(done).toEqual(['a', 'b', 'c'])
})

it('does first what is to come first, and then what that added', () => {
  const done: string[] = []
  const agenda = new Agenda()
  agenda.first(() => {
    agenda.add(() => done.push('c'))
    agenda.first(() => done.push('a'))
    done.push('b')
  })
  expect(done).toEqual(['a', 'b', 'c'])
})

it('goes on after something that throws', () => {
  const done: string[] = []
  const agenda = new Agenda()
  const fails = () => {
    throw new Error('a trap')
  }
  expect(() => agenda.add(fails, () => done.push('a'))).toThrow('a trap')
  expect(() => agenda.first(fails)).toThrow('a trap')
  agenda.add(() => done.push('b'))
  expect(done).toEqual(['a', 'b'])
})
