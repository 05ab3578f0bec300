import { describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FRAME } from '../codes/tables.js'
import type { Payload } from '../frames/payload.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import type { Data } from '../transport/transport.js'
import { Ledger } from './ledger.js'
import type { Waiting } from './outbox.js'
import { decodeOwn, type Remains, remainsOf } from './remains.js'
import { losesMessages, resetOf } from './reset.js'

type Sent = [type: string, payload?: Payload, stamp?: number]

const read = (data: Data) => decodeOwn(data, jsonCodec, LINK_LIMITS)

function encoded([type, payload, stamp]: Sent): Waiting {
  const bytes = payload instanceof Uint8Array
  return { type, data: jsonCodec.encode(type, payload, stamp, LINK_LIMITS), stamp, bytes }
}

function ledgerOf(frames: Sent[], acknowledged = 0, most = 1_000): Ledger {
  const ledger = new Ledger({ bytes: 10_000, frames: most })
  for (const frame of frames) ledger.add(encoded(frame).data)
  ledger.acknowledge(acknowledged)
  return ledger
}

function remains(ledger: Ledger, received: number | null, waiting: Sent[] = []): Remains {
  return remainsOf(ledger, waiting.map(encoded), received, read)
}

const types = ({ unsent, unknown }: Remains) => [unsent.map(({ type }) => type), unknown.map(([type]) => type)]

const FRAMES: Sent[] = [
  ['a', 1],
  ['add', 2, 3],
  [FRAME.RESPONSE, 4, 2],
  ['b', 5],
]

describe('where the other end says what it has taken', () => {
  it('everything beyond was not sent, and is as it was', () => {
    const left = remains(ledgerOf(FRAMES), 1)
    expect(left.unsent).toEqual([encoded(['add', 2, 3]), encoded(['b', 5])])
    expect([left.unknown, left.unlisted]).toEqual([[], 0])
  })

  it('answers are of no use to another session', () => {
    const answers: Sent[] = [
      [FRAME.RESPONSE, 1, 2],
      [FRAME.RESPONSE_ERR, { code: 'x' }, 4],
      [FRAME.CANCEL, 'timeout', 3],
      [FRAME.ITEM, 1, 5],
      [FRAME.END, null, 5],
      [FRAME.CREDIT, 1, 5],
    ]
    expect(types(remains(ledgerOf(answers), 0, answers))).toEqual([[], []])
    expect(types(remains(ledgerOf(answers), null, answers))).toEqual([[], []])
  })

  it('what waited comes after what was given to a link', () => {
    expect(types(remains(ledgerOf(FRAMES), 3, [['c'], ['sub', 1, 5]]))).toEqual([['b', 'c', 'sub'], []])
  })

  it('calls are certain', () => {
    const { fate } = remains(
      ledgerOf([
        ['add', 1, 1],
        ['add', 2, 3],
      ]),
      1,
      [['add', 3, 5]],
    )
    expect([fate(1), fate(3), fate(5)]).toEqual(['delivered', 'not-sent', 'not-sent'])
  })

  it('an acknowledgement before that was more counts', () => {
    expect(types(remains(ledgerOf(FRAMES, 3), 1))).toEqual([['b'], []])
  })

  it('bytes stay bytes', () => {
    const [blob] = remains(ledgerOf([['blob', new Uint8Array([1, 2])]]), 0).unsent
    expect(blob).toEqual(encoded(['blob', new Uint8Array([1, 2])]))
  })
})

describe('where it cannot say', () => {
  it('what was not acknowledged is unknown, and only what waited was not sent', () => {
    const left = remains(ledgerOf(FRAMES, 1), null, [['c']])
    expect(types(left)).toEqual([['c'], ['add', 'b']])
    expect(left.unlisted).toBe(0)
  })

  it('a call is delivered if it was acknowledged, unknown if not, and not sent if it waits', () => {
    const { fate } = remains(
      ledgerOf(
        [
          ['add', 1, 1],
          ['add', 2, 3],
        ],
        1,
      ),
      null,
      [['add', 3, 5]],
    )
    expect([fate(1), fate(3), fate(5)]).toEqual(['delivered', 'unknown', 'not-sent'])
  })
})

describe('what is no longer held', () => {
  it('is counted, and makes every other call unknown', () => {
    const left = remains(ledgerOf([...FRAMES, ['c', 6]], 1, 2), null)
    expect(left.unlisted).toBe(2)
    expect(types(left)).toEqual([[], ['b', 'c']])
    expect(left.fate(3)).toBe('unknown')
  })

  it('is of no account where it was taken', () => {
    const left = remains(ledgerOf([...FRAMES, ['c', 6]], 0, 2), 4)
    expect([left.unlisted, left.fate(3)]).toEqual([0, 'delivered'])
    expect(types(left)).toEqual([['c'], []])
  })

  it('is everything where nothing is kept', () => {
    const ledger = new Ledger(null)
    for (const frame of FRAMES) ledger.add(encoded(frame).data)
    expect([remains(ledger, null).unlisted, remains(ledger, 4).unlisted]).toEqual([4, 0])
  })

  it('is likewise what cannot be read', () => {
    const ledger = ledgerOf([['a', 1]])
    ledger.add('not JSON')
    ledger.add('[["a",1],["b",2]]')
    expect([types(remains(ledger, null)), remains(ledger, null).unlisted]).toEqual([[[], ['a']], 2])
  })
})

it('a session in which nothing was said leaves nothing', () => {
  const left = remains(new Ledger(null), null)
  expect([left.unsent, left.unknown, left.unlisted, left.fate(1)]).toEqual([[], [], 0, 'delivered'])
})

it('frames of this end are read back, and what is none gives nothing', () => {
  expect(read('["a",1,3]')).toEqual(['a', 1, 3])
  expect(read(encoded(['blob', new Uint8Array([7]), 3]).data)).toEqual(['blob', new Uint8Array([7]), 3])
  for (const data of ['nope', '{}', '[["a"],["b"]]', new Uint8Array(1)]) expect(read(data)).toBeNull()
})

describe('a reset', () => {
  const none: Remains = { unsent: [], unknown: [], unlisted: 0, fate: () => 'unknown' }

  it('lists messages, oldest first, and leaves out calls, events and what cannot be read', () => {
    const event = [FRAME.EVENT, { topic: 't', event: 'e' }] as const
    const unknown = [['a', 1], ['add', 2, 3], event, ['b', undefined], ['zero', 1, 0]] as const
    const reset = resetOf('window', { ...none, unknown, unlisted: 2 }, [['c', 3], null, ['sub', 1, 'x'], event])
    expect(reset).toEqual({
      reason: 'window',
      unknown: [
        { type: 'a', payload: 1 },
        { type: 'b', payload: undefined },
        { type: 'zero', payload: 1 },
      ],
      notSent: [{ type: 'c', payload: 3 }],
      unlisted: 2,
    })
  })

  it.each([
    ['nothing', {}, [], false],
    ['something unknown', { unknown: [['a', 1]] as const }, [], true],
    ['something not sent', {}, [['a', 1]] as const, true],
    ['something that cannot be listed', { unlisted: 1 }, [], true],
    ['only calls, which tell themselves', { unknown: [['add', 1, 3]] as const }, [['add', 1, 5]] as const, false],
  ])('loses %s', (_, left, unsent, expected) => {
    expect(losesMessages(resetOf('closed', { ...none, ...left }, unsent))).toBe(expected)
  })
})
