import { jsonCodec, LINK_LIMITS, Link } from '@wse/protocol/internal'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { FakeTransport } from '../../../protocol/src/fake-transport.test-helper.js'
import { type Aging, LinkAges } from './link-ages.js'

const IDLE = [[4507, 'wse.idle']]
const LIFETIME = [[4010, 'wse.lifetime']]

class FakeAging implements Aging {
  readonly transport = new FakeTransport()
  readonly session: Aging['session']
  activity = 0
  busy = false

  constructor(ages: LinkAges) {
    const ended = () => ages.remove(this)
    const link = new Link(
      this.transport,
      { codec: jsonCodec, clock, limits: LINK_LIMITS },
      { receive() {}, failed() {}, ended },
    )
    this.session = { link }
    ages.add(this)
  }
}

let clock: FakeClock

beforeEach(() => {
  clock = new FakeClock()
})

describe('a link is closed', () => {
  it('that is idle, within a tenth of the time', () => {
    const ages = new LinkAges(clock, 10_000, 0)
    const quiet = new FakeAging(ages)
    clock.advance(9_999)
    expect(quiet.transport.closes).toEqual([])
    clock.advance(1_001)
    expect([quiet.transport.closes, ages.size]).toEqual([IDLE, 0])
  })

  it('not while something passes, or a call is under way', () => {
    const ages = new LinkAges(clock, 10_000, 0)
    const [talks, works] = [new FakeAging(ages), new FakeAging(ages)]
    works.busy = true
    for (let i = 0; i < 10; i++) {
      talks.activity++
      clock.advance(9_000)
    }
    expect([talks.transport.closes, works.transport.closes]).toEqual([[], []])
    works.busy = false
    clock.advance(11_000)
    expect([talks.transport.closes, works.transport.closes]).toEqual([IDLE, IDLE])
  })

  it('not for a standstill of this process', () => {
    const ages = new LinkAges(clock, 10_000, 0)
    const quiet = new FakeAging(ages)
    clock.sleep(60_000)
    expect(quiet.transport.closes).toEqual([])
    clock.advance(11_000)
    expect(quiet.transport.closes).toEqual(IDLE)
  })

  it('that is too old, however busy; those that came together not all at once', () => {
    const ages = new LinkAges(clock, 0, 100_000)
    const all = Array.from({ length: 50 }, () => new FakeAging(ages))
    for (const one of all) one.busy = true
    clock.advance(90_000)
    const early = all.filter(({ transport }) => transport.closes.length > 0).length
    clock.advance(10_000)
    expect(early).toBeLessThan(50)
    expect(all.every(({ transport }) => JSON.stringify(transport.closes) === JSON.stringify(LIFETIME))).toBe(true)
    expect(ages.size).toBe(0)
  })
})

describe('no timer runs', () => {
  it('where neither is set', () => {
    const ages = new LinkAges(clock, 0, 0)
    const one = new FakeAging(ages)
    clock.advance(1e9)
    expect([ages.size, clock.armed, one.transport.closes]).toEqual([0, 0, []])
  })

  it('for nobody, and one for all', () => {
    const ages = new LinkAges(clock, 1_000, 2_000)
    const all = [new FakeAging(ages), new FakeAging(ages)]
    ages.add({ session: { link: null }, activity: 0, busy: false })
    expect([ages.size, clock.armed]).toEqual([2, 1])
    for (const one of all) ages.remove(one)
    expect([ages.size, clock.armed]).toEqual([0, 0])
  })
})
