import { createTestClock, type TestClock } from '@wse/testing'
import { beforeEach, expect, it } from 'vitest'
import { turn } from '../../../testing/src/turn.test-helper.js'
import { Turns } from './turns.js'

let clock: TestClock
let turns: Turns
const ran: string[] = []
const later = (flush: () => void) => turns.after({ flush })
const note = (what: string) => later(() => ran.push(what))

beforeEach(() => {
  clock = createTestClock()
  turns = new Turns(clock)
  ran.length = 0
})

it('flushes a lone link at the end of the running callback', async () => {
  note('one')
  expect(ran).toEqual([])
  await Promise.resolve()
  expect(ran).toEqual(['one'])
})

it('flushes all who wait together, in order; what they ask for is of the next turn', async () => {
  later(() => {
    ran.push('one')
    note('three')
  })
  note('two')
  await Promise.resolve()
  expect(ran).toEqual(['one', 'two'])
  await turn()
  expect(ran).toEqual(['one', 'two', 'three'])
})

it.each([
  ['turns follow one another closely', () => note('a'), 0.02, 'busy'],
  ['the last one was of many', () => [note('a'), note('b')], 5, 'busy'],
  ['the last one was of one, a while ago', () => note('a'), 0.04, 'calm'],
])('waits for other sockets where the server is busy: %s', async (_, before, gap, is) => {
  before()
  await Promise.resolve()
  ran.length = 0
  await clock.advance(gap)
  note('first')
  await Promise.resolve()
  expect(ran).toEqual(is === 'busy' ? [] : ['first'])
  note('second')
  await turn()
  expect(ran).toEqual(['first', 'second'])
})
