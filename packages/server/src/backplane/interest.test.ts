import type { Subject } from '@wse/protocol/backplane'
import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { InterestTable } from './interest.js'

/** A table, and what it does; attaching takes until `attach` is called. */
function opened(resolvesAtOnce = true) {
  const clock = createTestClock()
  const done: string[] = []
  const pending: (() => void)[] = []
  const interest = new InterestTable(
    {
      attach(subjects: readonly Subject[]) {
        done.push(`+${subjects}`)
        return resolvesAtOnce
          ? Promise.resolve(true)
          : new Promise<boolean>((resolve) => pending.push(() => resolve(false)))
      },
      detach: (subjects: readonly Subject[]) => void done.push(`-${subjects}`),
    },
    clock,
  )
  const attach = async () => {
    for (const one of pending.splice(0)) one()
    await clock.settle()
  }
  return { clock, done, interest, attach }
}

it('attaches once for all who are interested, and together what a turn asks for', async () => {
  const { done, interest, clock } = opened()
  interest.add('a')
  interest.add('b')
  interest.add('a')
  await clock.settle()
  expect([done, interest.count('a'), interest.count('b'), interest.size]).toEqual([['+a,b'], 2, 1, 2])
  interest.add('c')
  await clock.settle()
  expect(done).toEqual(['+a,b', '+c'])
})

it('gives up a second after the last has left, and all at once', async () => {
  const { done, interest, clock } = opened()
  for (const subject of ['a', 'b', 'c']) interest.add(subject)
  await clock.settle()
  interest.remove('a')
  await clock.advance(500)
  interest.remove('b')
  interest.remove('c')
  interest.remove('c')
  interest.remove('nobody')
  await clock.advance(499)
  expect([done, interest.has('a'), interest.timers]).toEqual([['+a,b,c'], true, 1])
  await clock.advance(1)
  expect([done.at(-1), interest.has('a')]).toEqual(['-a', false])
  await clock.advance(500)
  expect([done.at(-1), interest.size, clock.armed]).toEqual(['-b,c', 0, 0])
})

it('keeps what somebody wants again within that second', async () => {
  const { done, interest, clock } = opened()
  interest.add('a')
  await clock.settle()
  interest.remove('a')
  await clock.advance(999)
  interest.add('a')
  await clock.advance(5_000)
  expect([done, interest.count('a'), clock.armed]).toEqual([['+a'], 1, 0])
})

it('attaches anew what is wanted again after it', async () => {
  const { done, interest, clock } = opened()
  interest.add('a')
  await clock.settle()
  interest.remove('a')
  await clock.advance(1_000)
  interest.add('a')
  await clock.settle()
  expect(done).toEqual(['+a', '-a', '+a'])
})

it('lets wait who has to, in order, until it is attached', async () => {
  const { done, interest, attach } = opened(false)
  const ran: string[] = []
  interest.whenAttached('a', () => ran.push('nobody is interested'))
  interest.add('a')
  interest.whenAttached('a', () => ran.push('first'))
  void interest.attached('a')?.then(() => ran.push('third'))
  interest.whenAttached('a', () => ran.push('second'))
  expect([ran, interest.isAttaching('a'), interest.isAttaching('b')]).toEqual([['nobody is interested'], true, false])
  // Also where it is out of reach: a gap is told once it is not.
  await attach()
  await attach()
  expect([ran, done, interest.isAttaching('a'), interest.attached('a')]).toEqual([
    ['nobody is interested', 'first', 'second', 'third'],
    ['+a'],
    false,
    null,
  ])
  interest.whenAttached('a', () => ran.push('at once'))
  expect(ran.at(-1)).toBe('at once')
})

it('forgets nobody who waits, though it is given up meanwhile', async () => {
  const { interest, attach, clock } = opened(false)
  const ran: string[] = []
  interest.add('a')
  interest.whenAttached('a', () => ran.push('waited'))
  await clock.settle()
  interest.remove('a')
  await clock.advance(1_000)
  await attach()
  expect([ran, interest.size]).toEqual([['waited'], 0])
})

it('leaves nothing behind, and nobody waiting', async () => {
  const { done, interest, clock } = opened(false)
  const ran: string[] = []
  for (const subject of ['a', 'b']) interest.add(subject)
  interest.whenAttached('a', () => ran.push('waited'))
  interest.remove('b')
  interest.clear()
  expect([ran, interest.size, interest.timers, clock.armed]).toEqual([['waited'], 0, 0, 0])
  await clock.settle()
  expect(done).toEqual([])
})
