import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WSE_RESET } from '../codes/tables.js'
import { Ledger } from './ledger.js'
import type { Bounds } from './ring.js'

const WIDE: Bounds = { bytes: 10_000, frames: 1_000 }

function ledgerOf(sent: number, received = 0, bounds: Bounds | null = WIDE): Ledger {
  const ledger = new Ledger(bounds)
  for (let i = 1; i <= sent; i++) ledger.add(`${i}`)
  for (let i = 1; i <= received; i++) ledger.take()
  return ledger
}

describe('positions', () => {
  it('begin at 0', () => {
    const ledger = new Ledger(WIDE)
    expect([ledger.sent, ledger.received, ledger.acknowledged, ledger.first]).toEqual([0, 0, 0, 1])
    expect([ledger.kept, ledger.bytes, ledger.owes, ledger.after(0)]).toEqual([0, 0, false, []])
  })

  it('are counted each way by themselves', () => {
    const ledger = ledgerOf(3, 2)
    expect([ledger.sent, ledger.received]).toEqual([3, 2])
    expect(ledger.after(1)).toEqual(['2', '3'])
    expect([ledger.kept, ledger.bytes, ledger.first]).toEqual([3, 3, 1])
  })

  it('are counted though the oldest frames are forgotten', () => {
    const ledger = ledgerOf(5, 0, { bytes: 100, frames: 2 })
    expect([ledger.sent, ledger.first, ledger.kept]).toEqual([5, 4, 2])
    expect(ledger.after(0)).toEqual(['4', '5'])
  })
})

describe('without bounds', () => {
  const ledger = ledgerOf(3, 1, null)

  it('frames are counted, and none is kept', () => {
    expect([ledger.sent, ledger.received, ledger.kept, ledger.bytes]).toEqual([3, 1, 0, 0])
    expect(ledger.after(0)).toEqual([])
  })

  it('the first position that can be sent again is the next one', () => {
    expect(ledger.first).toBe(4)
  })

  it('acknowledgements are judged like any', () => {
    expect([ledger.acknowledge(4), ledger.acknowledge(2), ledger.acknowledge(1)]).toEqual([false, true, false])
  })
})

describe('an acknowledgement', () => {
  it('forgets what it is of', () => {
    const ledger = ledgerOf(4)
    expect(ledger.acknowledge(3)).toBe(true)
    expect([ledger.acknowledged, ledger.first, ledger.kept, ledger.after(0)]).toEqual([3, 4, 1, ['4']])
  })

  it('may say the same again, and say everything', () => {
    const ledger = ledgerOf(4)
    expect([0, 0, 3, 3, 4, 4].map((position) => ledger.acknowledge(position))).toEqual(Array(6).fill(true))
    expect([ledger.first, ledger.kept, ledger.bytes]).toEqual([5, 0, 0])
  })

  it('may not go back, nor beyond what was sent, and changes nothing then', () => {
    const ledger = ledgerOf(4)
    ledger.acknowledge(2)
    expect([1, 0, 5, Number.MAX_SAFE_INTEGER].map((position) => ledger.acknowledge(position))).toEqual(
      Array(4).fill(false),
    )
    expect([ledger.acknowledged, ledger.first, ledger.sent]).toEqual([2, 3, 4])
  })

  it('is of nothing where nothing was sent', () => {
    const ledger = new Ledger(WIDE)
    expect([ledger.acknowledge(0), ledger.acknowledge(1)]).toEqual([true, false])
  })

  it('of what was forgotten already is fine, as long as it was sent', () => {
    const ledger = ledgerOf(5, 0, { bytes: 100, frames: 2 })
    expect(ledger.acknowledge(2)).toBe(true)
    expect([ledger.first, ledger.kept]).toEqual([4, 2])
  })
})

describe('its own acknowledgement', () => {
  it('is due with every 64th frame that was not told', () => {
    const ledger = new Ledger(WIDE)
    for (let i = 1; i < 64; i++) expect(ledger.take()).toBe(false)
    expect([ledger.take(), ledger.take()]).toEqual([true, true])
    expect(ledger.tell()).toBe(65)
    for (let i = 1; i < 64; i++) expect(ledger.take()).toBe(false)
    expect(ledger.take()).toBe(true)
  })

  it('is owed from a frame taken until it is told', () => {
    const ledger = ledgerOf(0, 1)
    expect(ledger.owes).toBe(true)
    expect(ledger.tell()).toBe(1)
    expect(ledger.owes).toBe(false)
    expect(ledger.tell()).toBe(1)
  })
})

describe('a resume', () => {
  // Sent 10, of which 5 to 10 are held and 3 are acknowledged; taken 7.
  function standing(): Ledger {
    const ledger = ledgerOf(10, 7, { bytes: 100, frames: 6 })
    ledger.acknowledge(3)
    return ledger
  }

  it.each([
    ['exactly where it stands', 10, 8, null],
    ['at the first frame held', 4, 8, null],
    ['in between', 7, 1, null],
    ['with the client holding more than is asked for', 10, 0, null],
    ['beyond what was sent', 11, 8, WSE_RESET.DESYNC],
    ['before what it has acknowledged itself', 2, 8, WSE_RESET.DESYNC],
    ['at what is no longer held', 3, 8, WSE_RESET.SERVER_BUFFER],
    ['with a gap in what the client holds', 10, 9, WSE_RESET.CLIENT_BUFFER],
    ['with gaps on both sides: the own one is the first to be told', 3, 9, WSE_RESET.SERVER_BUFFER],
    ['with a gap and positions that disagree', 11, 9, WSE_RESET.DESYNC],
  ])('%s', (_, received, first, expected) => {
    expect(standing().refusal({ received, first })).toBe(expected)
  })

  it('of a session in which nothing was said goes on', () => {
    expect(new Ledger(WIDE).refusal({ received: 0, first: 1 })).toBeNull()
    expect(new Ledger(WIDE).refusal({ received: 0, first: 2 })).toBe(WSE_RESET.CLIENT_BUFFER)
    expect(new Ledger(WIDE).refusal({ received: 1, first: 1 })).toBe(WSE_RESET.DESYNC)
  })

  it('where nothing is kept goes on only if nothing is missing', () => {
    const ledger = ledgerOf(3, 0, null)
    expect(ledger.refusal({ received: 3, first: 1 })).toBeNull()
    expect(ledger.refusal({ received: 2, first: 1 })).toBe(WSE_RESET.SERVER_BUFFER)
  })

  it('changes nothing', () => {
    const ledger = standing()
    ledger.refusal({ received: 10, first: 8 })
    expect([ledger.acknowledged, ledger.first, ledger.kept]).toEqual([3, 5, 6])
  })
})

it('whatever is sent and acknowledged, what may be resumed can be sent again without a gap', () => {
  const steps = fc.array(fc.oneof(fc.constant('send' as const), fc.nat(40)), { maxLength: 60 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 8 }), fc.nat(60), (all, frames, received) => {
      const ledger = new Ledger({ bytes: 1_000, frames })
      for (const step of all) {
        if (step === 'send') ledger.add(`${ledger.sent + 1}`)
        else {
          const possible = step >= ledger.acknowledged && step <= ledger.sent
          expect(ledger.acknowledge(step)).toBe(possible)
        }
      }
      expect(ledger.first - 1 + ledger.kept).toBe(ledger.sent)
      expect(ledger.first).toBeGreaterThan(ledger.acknowledged)
      if (ledger.refusal({ received, first: 1 }) !== null) return
      const missing = Array.from({ length: ledger.sent - received }, (_, index) => `${received + 1 + index}`)
      expect(ledger.after(received)).toEqual(missing)
    }),
  )
})
