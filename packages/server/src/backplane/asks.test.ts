import type { Data } from '@wse/protocol'
import { nodeSubject, type PublishResult, type Receipt, type Subject } from '@wse/protocol/backplane'
import { FRAME_LIMITS, jsonCodec } from '@wse/protocol/internal'
import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { Asks, Framed, type NodeQuestion } from './asks.js'
import { LETTER, type LetterKind } from './letter.js'
import { Values } from './values.js'

interface Written {
  readonly subject: Subject
  readonly kind: LetterKind
  readonly about: { readonly id: string }
  readonly parts: readonly Data[]
  readonly receipt: Receipt | undefined
}

let nodes = 1

/** One node, whose letters a test carries. */
function node(name: string, answer: (question: NodeQuestion) => unknown = () => null, hears = false) {
  const clock = createTestClock({ seed: nodes++ })
  const values = new Values([jsonCodec], FRAME_LIMITS)
  const written: Written[] = []
  const write = (subject: Subject, kind: LetterKind, about: object, parts: readonly Data[], receipt?: Receipt) =>
    void written.push({ subject, kind, about: about as Written['about'], parts, receipt })
  const asks = new Asks({ node: name, clock, values, write, hears: () => hears, answer })
  return {
    asks,
    clock,
    written,
    values,
    /** Carries the last letter to it, from another node. */
    take({ kind, about, parts, subject }: Written, from: string) {
      asks.take({ kind, about, parts }, subject, from)
      return clock.settle()
    },
    last: () => written.at(-1) as Written,
  }
}

const to = (receivers: number): PublishResult => ({ ok: true, receivers })
const DOWN: PublishResult = { ok: false, reason: 'down' }
const OPTIONS = { timeout: 5_000 }

it('resolves once all have answered who were asked', async () => {
  const one = node('one')
  const answering = node('two', ({ question, about, frames }) => [question, about, frames.length])
  const asked = one.asks.ask('u:ann', 'how', { many: 1 }, { ...OPTIONS, frames: ['x'] })
  one.last().receipt?.settle(to(2))
  await answering.take(one.last(), 'one')
  await one.take(answering.last(), 'two')
  expect(one.asks.size).toBe(1)
  await one.take(answering.last(), 'three')
  expect(await asked).toEqual({
    answers: [
      { node: 'two', value: ['how', { many: 1 }, 1], frames: [] },
      { node: 'three', value: ['how', { many: 1 }, 1], frames: [] },
    ],
    failures: [],
    missing: 0,
  })
  expect([one.asks.size, answering.asks.size, one.clock.armed]).toEqual([0, 0, 0])
})

it('takes itself into account, whichever comes first', async () => {
  for (const order of ['echo first', 'receipt first']) {
    const one = node('one')
    const asked = one.asks.ask('u:ann', 'how', null, OPTIONS)
    const letter = one.last()
    if (order === 'receipt first') letter.receipt?.settle(to(1))
    await one.take(letter, 'one')
    if (order === 'echo first') letter.receipt?.settle(to(1))
    expect(await asked).toEqual({ answers: [], failures: [], missing: 0 })
  }
})

it('tells what went wrong, and counts no node twice', async () => {
  const one = node('one')
  const failing = node('two', () => {
    throw new Error('no')
  })
  const asked = one.asks.ask('u:ann', 'how', null, OPTIONS)
  one.last().receipt?.settle(to(2))
  await failing.take(one.last(), 'one')
  await one.take(failing.last(), 'two')
  await one.take(failing.last(), 'two')
  expect(one.asks.size).toBe(1)
  await one.take(failing.last(), 'three')
  const { failures } = await asked
  expect(failures.map(({ node, error }) => [node, error.code])).toEqual([
    ['two', 'wse.server.rp.failed'],
    ['three', 'wse.server.rp.failed'],
  ])
})

it('carries frames beside an answer', async () => {
  const one = node('one')
  const answering = node('two', () => new Framed('yes', ['a', Uint8Array.of(1)]))
  const asked = one.asks.askNode('two', 'how', null, OPTIONS)
  expect(one.last().subject).toBe(nodeSubject('two'))
  one.last().receipt?.settle(to(1))
  await answering.take(one.last(), 'one')
  await one.take(answering.last(), 'two')
  expect(await asked).toEqual({ node: 'two', value: 'yes', frames: ['a', Uint8Array.of(1)] })
})

it.each<[string, PublishResult, object]>([
  ['nobody is there', to(0), { code: 'wse.client.rp.disconnect', details: { certainty: 'not-sent' } }],
  ['the engine is out of reach', DOWN, { code: 'wse.client.rp.disconnect', details: { certainty: 'not-sent' } }],
  [
    'nobody knows whether it was asked',
    { ok: false, reason: 'timeout' },
    { code: 'wse.client.rp.disconnect', details: { certainty: 'unknown' } },
  ],
])('one node is not waited for where %s', async (_, result, error) => {
  const one = node('one')
  const asked = one.asks.askNode('two', 'how', null, { ...OPTIONS, name: 'add' })
  one.last().receipt?.settle(result)
  await expect(asked).rejects.toMatchObject(error)
  await expect(asked).rejects.toMatchObject({ details: { rpc: 'add', node: 'two' } })
  expect([one.asks.size, one.clock.armed]).toEqual([0, 0])
})

it('is given up in time, and says so to who answers', async () => {
  const one = node('one')
  const aborted: unknown[] = []
  const answering = node(
    'two',
    ({ signal }) => new Promise(() => signal.addEventListener('abort', () => aborted.push(1))),
  )
  const asked = one.asks.askNode('two', 'how', null, OPTIONS)
  one.last().receipt?.settle(to(1))
  await answering.take(one.last(), 'one')
  void one.clock.advance(5_000)
  await expect(asked).rejects.toMatchObject({ code: 'wse.client.rp.timeout', details: { certainty: 'unknown' } })
  expect(one.last().kind).toBe(LETTER.CANCEL)
  await answering.take(one.last(), 'one')
  expect(aborted).toEqual([1])
})

it('is given up by who asks, also before it is asked', async () => {
  const one = node('one')
  const giveUp = new AbortController()
  const asked = one.asks.askNode('two', 'how', null, { ...OPTIONS, signals: [giveUp.signal] })
  giveUp.abort()
  await expect(asked).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
  expect(one.last().kind).toBe(LETTER.CANCEL)
  const { length } = one.written
  const again = one.asks.askNode('two', 'how', null, { ...OPTIONS, signals: [giveUp.signal] })
  await expect(again).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
  expect([one.written.length, one.asks.size, one.clock.armed]).toEqual([length, 0, 0])
})

it('is not waited for any more where a node is gone, or more than can still answer', async () => {
  const one = node('one')
  const alone = one.asks.askNode('two', 'how', null, OPTIONS)
  one.last().receipt?.settle(to(1))
  const many = one.asks.ask('u:ann', 'how', null, OPTIONS)
  const { about } = one.last()
  one.last().receipt?.settle(to(3))
  one.asks.gone('two', new Set(['one', 'three', 'four']))
  await expect(alone).rejects.toMatchObject({ code: 'wse.client.rp.disconnect', details: { certainty: 'unknown' } })
  const answer = { subject: '', kind: LETTER.ANSWER, about, parts: [one.values.write('yes')], receipt: undefined }
  await one.take(answer, 'three')
  expect(one.asks.size).toBe(1)
  one.asks.gone('four', new Set(['one', 'three']))
  expect(await many).toEqual({ answers: [{ node: 'three', value: 'yes', frames: [] }], failures: [], missing: 2 })
})

it('waits for itself where it is attached', async () => {
  const one = node('one', () => null, true)
  const asked = one.asks.ask('a', 'how', null, OPTIONS)
  one.last().receipt?.settle(to(2))
  one.asks.gone('two', new Set(['one']))
  expect(one.asks.size).toBe(1)
  await one.take(one.last(), 'one')
  one.asks.gone('three', new Set(['one']))
  expect(await asked).toMatchObject({ missing: 1 })
})

it('what it was asked by a node that is gone is given up', async () => {
  const signals: AbortSignal[] = []
  const answering = node('two', ({ signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  })
  for (const from of ['one', 'three']) {
    const asking = node(from)
    void asking.asks.ask('n:two', 'how', null, OPTIONS)
    await answering.take(asking.last(), from)
  }
  answering.asks.gone('one', new Set(['two', 'three']))
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
})

it('after a gap nobody waits for what may be lost, and answers that did not get away are written again', async () => {
  const one = node('one')
  const asked = one.asks.askNode('two', 'how', null, OPTIONS)
  one.last().receipt?.settle(to(1))
  one.asks.gap()
  await expect(asked).rejects.toMatchObject({ code: 'wse.client.rp.disconnect', details: { certainty: 'unknown' } })

  const answering = node('two', ({ about }) => about)
  for (const n of [1, 2, 3]) {
    const asking = node(`asker ${n}`)
    void asking.asks.ask('n:two', 'how', n, OPTIONS)
    await answering.take(asking.last(), `asker ${n}`)
  }
  const [first, second, third] = answering.written as [Written, Written, Written]
  first.receipt?.settle(to(1))
  second.receipt?.settle(DOWN)
  third.receipt?.settle({ ok: false, reason: 'timeout' })
  answering.asks.gone('asker 3', new Set(['two']))
  expect(answering.asks.size).toBe(1)
  answering.asks.gap()
  expect(answering.written.slice(3).map(({ subject, about }) => [subject, about])).toEqual([
    [second.subject, second.about],
  ])
  expect(answering.asks.size).toBe(0)
})

it('leaves nothing behind, and nobody waiting', async () => {
  const one = node('one', () => new Promise(() => {}))
  const asked = one.asks.ask('u:ann', 'how', null, OPTIONS)
  const asking = node('two')
  void asking.asks.ask('n:one', 'how', null, OPTIONS)
  await one.take(asking.last(), 'two')
  expect(one.asks.size).toBe(2)
  one.asks.clear()
  expect(await asked).toMatchObject({ answers: [], failures: [] })
  expect([one.asks.size, one.clock.armed]).toEqual([0, 0])
})

it('ignores answers nobody waits for', async () => {
  const one = node('one')
  await one.take({ subject: '', kind: LETTER.ANSWER, about: { id: 'x' }, parts: [], receipt: undefined }, 'two')
  await one.take({ subject: '', kind: LETTER.CANCEL, about: { id: 'x' }, parts: [], receipt: undefined }, 'two')
  expect([one.asks.size, one.written]).toEqual([0, []])
})
