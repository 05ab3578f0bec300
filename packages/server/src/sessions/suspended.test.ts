import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { type ResumeOptions, resumeOption } from './resume-options.js'
import { Suspended, type Waiting } from './suspended.js'

type Limits = ConstructorParameters<typeof Suspended>[1]

class Sleeper implements Waiting {
  readonly name: string
  bytes: number

  constructor(name: string, bytes = 0) {
    this.name = name
    this.bytes = bytes
  }
}

let clock: FakeClock
let over: [name: string, why: string, at: number][]
/** What is done besides noting, when a session is over. */
let then: (session: Sleeper) => void

beforeEach(() => {
  clock = new FakeClock()
  over = []
  then = () => {}
})

function suspendedOf(options: ResumeOptions = {}): Suspended<Sleeper> {
  const start = clock.now()
  return new Suspended<Sleeper>(clock, resumeOption(options) as Limits, (session, why) => {
    over.push([session.name, why, clock.now() - start])
    then(session)
  })
}

const sleepers = (...names: string[]) => names.map((name) => new Sleeper(name, 10)) as [Sleeper, Sleeper, Sleeper]

describe('a session that waits', () => {
  it('is over when its window is, and not before', () => {
    const suspended = suspendedOf({ window: 5_000 })
    const [ann] = sleepers('ann')
    suspended.add(ann)
    clock.advance(4_999)
    expect([suspended.holds(ann), over]).toEqual([true, []])
    clock.advance(1)
    expect([suspended.holds(ann), over, suspended.size]).toEqual([false, [['ann', 'window', 5_000]], 0])
    clock.advance(60_000)
    expect([over.length, clock.armed, suspended.timers]).toEqual([1, 0, 0])
  })

  it('is too late from that moment on, though nobody has looked yet', () => {
    const suspended = suspendedOf({ window: 5_000 })
    const [ann, ben] = sleepers('ann', 'ben')
    suspended.add(ann)
    clock.advance(100)
    suspended.add(ben)
    const seen: boolean[] = []
    then = () => seen.push(suspended.holds(ben))
    clock.sleep(60_000)
    expect([over.map(([name]) => name), seen]).toEqual([
      ['ann', 'ben'],
      [false, false],
    ])
  })

  it('may be taken back in time, and is then nobody’s', () => {
    const suspended = suspendedOf({ window: 5_000 })
    const [ann] = sleepers('ann')
    suspended.add(ann)
    suspended.remove(ann)
    suspended.remove(ann)
    expect([suspended.size, suspended.bytes, suspended.holds(ann), clock.armed]).toEqual([0, 0, false, 0])
    clock.advance(10_000)
    expect(over).toEqual([])
  })

  it('has a whole window each time', () => {
    const suspended = suspendedOf({ window: 5_000 })
    const [ann] = sleepers('ann')
    suspended.add(ann)
    clock.advance(4_000)
    suspended.remove(ann)
    suspended.add(ann)
    clock.advance(4_999)
    expect(over).toEqual([])
    clock.advance(1)
    expect(over).toEqual([['ann', 'window', 9_000]])
  })
})

describe('many sessions', () => {
  it('have one timer between them, and each its own end', () => {
    const suspended = suspendedOf({ window: 5_000 })
    for (const session of sleepers('ann', 'ben', 'cleo')) {
      suspended.add(session)
      clock.advance(1_000)
    }
    expect([suspended.size, suspended.bytes, clock.armed, suspended.timers]).toEqual([3, 30, 1, 1])
    clock.advance(10_000)
    expect(over).toEqual([
      ['ann', 'window', 5_000],
      ['ben', 'window', 6_000],
      ['cleo', 'window', 7_000],
    ])
    expect([suspended.bytes, clock.armed]).toEqual([0, 0])
  })

  it('are not ended late because the oldest was taken back', () => {
    const suspended = suspendedOf({ window: 5_000 })
    const [ann, ben] = sleepers('ann', 'ben')
    suspended.add(ann)
    clock.advance(1_000)
    suspended.add(ben)
    suspended.remove(ann)
    clock.advance(4_999)
    expect(over).toEqual([])
    clock.advance(1)
    expect(over).toEqual([['ben', 'window', 6_000]])
  })

  it('are listed, the oldest first', () => {
    const suspended = suspendedOf()
    const all = sleepers('ann', 'ben', 'cleo')
    for (const session of all) suspended.add(session)
    expect(suspended.all()).toEqual(all)
    expect([suspended.oldest(() => true), suspended.oldest(({ name }) => name !== 'ann')]).toEqual([all[0], all[1]])
    expect(suspended.oldest(() => false)).toBeUndefined()
  })
})

describe('beyond the limits', () => {
  it('of number, the oldest ends', () => {
    const suspended = suspendedOf({ suspended: 2 })
    for (const session of sleepers('ann', 'ben', 'cleo')) suspended.add(session)
    expect([over.map(([name, why]) => [name, why]), suspended.size]).toEqual([[['ann', 'evicted']], 2])
  })

  it('of bytes, as many of the oldest end as it takes', () => {
    const suspended = suspendedOf({ suspendedBytes: 30 })
    for (const session of sleepers('ann', 'ben', 'cleo')) suspended.add(session)
    expect(over).toEqual([])
    suspended.add(new Sleeper('dan', 11))
    expect([over.map(([name]) => name), suspended.bytes, suspended.size]).toEqual([['ann', 'ben'], 21, 2])
  })

  it('one that alone is too large ends, too', () => {
    const suspended = suspendedOf({ suspendedBytes: 30 })
    suspended.add(new Sleeper('ann', 31))
    expect([over.map(([name]) => name), suspended.bytes, suspended.size, clock.armed]).toEqual([['ann'], 0, 0, 0])
  })

  it('what a waiting session is given counts', () => {
    const suspended = suspendedOf({ suspendedBytes: 30 })
    const [ann, ben] = sleepers('ann', 'ben')
    suspended.add(ann)
    suspended.add(ben)
    ben.bytes = 20
    suspended.grew(ben)
    expect([over, suspended.bytes]).toEqual([[], 30])
    ben.bytes = 21
    suspended.grew(ben)
    expect([over.map(([name]) => name), suspended.bytes]).toEqual([['ann'], 21])
    ben.bytes = 1
    suspended.grew(ben)
    expect(suspended.bytes).toBe(1)
  })

  it('what is given to one that does not wait does not', () => {
    const suspended = suspendedOf()
    suspended.grew(new Sleeper('ann', 10))
    expect(suspended.bytes).toBe(0)
  })

  it('what is no more counted is what was counted, whatever it holds by now', () => {
    const suspended = suspendedOf()
    const [ann] = sleepers('ann')
    suspended.add(ann)
    ann.bytes = 500
    suspended.remove(ann)
    expect(suspended.bytes).toBe(0)
  })
})

describe('while the end of one is told', () => {
  it('another may be taken back: it does not end', () => {
    const suspended = suspendedOf({ window: 5_000 })
    const [ann, ben] = sleepers('ann', 'ben')
    suspended.add(ann)
    suspended.add(ben)
    then = () => suspended.remove(ben)
    clock.advance(5_000)
    expect([over.map(([name]) => name), suspended.size, clock.armed]).toEqual([['ann'], 0, 0])
  })

  it('another may begin to wait: it has its window', () => {
    const suspended = suspendedOf({ window: 5_000 })
    const [ann, ben] = sleepers('ann', 'ben')
    suspended.add(ann)
    then = ({ name }) => name === 'ann' && suspended.add(ben)
    clock.advance(5_000)
    expect([suspended.size, clock.armed]).toEqual([1, 1])
    clock.advance(5_000)
    expect([over.at(-1), clock.armed]).toEqual([['ben', 'window', 10_000], 0])
  })

  it('one may begin to wait though there is no room: no more than allowed wait', () => {
    const suspended = suspendedOf({ suspended: 1 })
    const [ann, ben, cleo] = sleepers('ann', 'ben', 'cleo')
    suspended.add(ann)
    then = ({ name }) => name === 'ann' && suspended.add(cleo)
    suspended.add(ben)
    expect([suspended.size, suspended.bytes, clock.armed]).toEqual([1, 10, 1])
  })
})
