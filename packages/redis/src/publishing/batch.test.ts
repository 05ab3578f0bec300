import type { Incoming, PublishResult, Receipt } from '@wse/protocol/backplane'
import { beforeEach, describe, expect, it } from 'vitest'
import { FrameReader } from '../frames/frame-reader.js'
import { Names } from '../names.js'
import { Batch } from './batch.js'
import { resultOf } from './results.js'

const NODE = 'abcdefghijklmnopqrst-'
const BOUNDS = { size: 5, ttl: 1_000, bytes: 100 }

let batch: Batch
let settled: [string, PublishResult][]

const receipt = (name: string): Receipt => ({ settle: (result) => settled.push([name, result]) })
const settle = (result: PublishResult, one: Receipt | undefined) => one?.settle(result)

beforeEach(() => {
  batch = new Batch(new Names('wse'), NODE, 'epoch')
  settled = []
})

/** What arrives of plain messages. */
function arriving(): Incoming[] {
  const messages: Incoming[] = []
  const reader = new FrameReader({ sender: (id) => id, take: (message) => messages.push(message) })
  const [, ...args] = batch.finish()
  for (let at = 0; at < args.length; at += 2) {
    expect(reader.read(Buffer.from(args[at + 1] as string), String(args[at]))).toBe(true)
  }
  return messages
}

describe('a batch', () => {
  it('makes one frame of what follows each other on one subject, and keeps the order of all', () => {
    const published = ['s', 's', 't', 's', 's', 's', 't']
    for (const [at, subject] of published.entries()) batch.add(at + 1, subject, `${at + 1}`, undefined)
    const messages = arriving()
    expect(messages.map(({ subject, seq, body }) => `${subject} ${seq} ${body}`)).toEqual(
      published.map((subject, at) => `wse:s:${subject} ${at + 1} ${at + 1}`),
    )
    expect(batch.args.length).toBe(1 + 2 * 4)
  })

  it('begins another frame where a number is missing', () => {
    for (const seq of [1, 2, 4]) batch.add(seq, 's', 'x', undefined)
    expect(arriving().map(({ seq }) => seq)).toEqual([1, 2, 4])
    expect(batch.args.length).toBe(1 + 2 * 2)
  })

  it('makes no frame without an end', () => {
    const body = 'x'.repeat(40_000)
    for (let seq = 1; seq <= 6; seq++) batch.add(seq, 's', body, undefined)
    expect(arriving().length).toBe(6)
    expect(batch.args.length).toBe(1 + 2 * 3)
  })

  it('takes bytes as they were when they were added', () => {
    const bytes = Uint8Array.from([1, 2, 3])
    batch.add(1, 's', bytes, undefined)
    batch.keep(2, 's', bytes, BOUNDS, undefined, undefined)
    bytes.fill(9)
    const [, , frame, , , , , kept] = batch.finish()
    expect((frame as Buffer).subarray(-3)).toEqual(Buffer.from([1, 2, 3]))
    expect(batch.args).toContainEqual(Buffer.from([1, 2, 3]))
    expect(kept).toEqual(Buffer.from([1, 2, 3]))
  })

  it('says how what is kept is bounded', () => {
    batch.keep(7, 's', 'body', BOUNDS, 'key', undefined)
    expect(batch.finish()).toEqual(['epoch', '', 's', `U${NODE}7 `, 'T', 'body', '5', '1000', '100', 'key'])
  })

  it('settles each by its own answer, all of a run by one, in order', () => {
    batch.add(1, 's', '1', receipt('1'))
    batch.add(2, 's', '2', receipt('2'))
    batch.raw('echo', '1')
    batch.keep(3, 's', '3', BOUNDS, undefined, receipt('3'))
    batch.add(4, 's', '4', undefined)
    batch.add(5, 't', '5', receipt('5'))
    batch.finish()
    batch.answered([99, 2, 1, [3, Buffer.from('e'), 8, 0], 0, new Error('NOPERM')], settle)
    const published = { ok: true, receivers: 2, position: undefined }
    expect(settled).toEqual([
      ['1', published],
      ['2', published],
      ['3', { ok: true, receivers: 3, position: { epoch: 'e', offset: 8 } }],
      ['5', { ok: false, reason: 'rejected', detail: 'NOPERM' }],
    ])
  })

  it('settles all alike where there is no answer', () => {
    for (const seq of [1, 2]) batch.add(seq, 's', 'x', receipt(`${seq}`))
    const result = { ok: false, reason: 'timeout' } as const
    batch.all(result, settle)
    expect(settled).toEqual([
      ['1', result],
      ['2', result],
    ])
  })
})

it('what was published before is told as such', () => {
  const result = resultOf([0, Buffer.from('e'), 3, 1])
  expect(result).toEqual({ ok: true, receivers: 0, position: { epoch: 'e', offset: 3 }, repeated: true })
})
