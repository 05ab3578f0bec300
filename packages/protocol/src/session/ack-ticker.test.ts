import { beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../fake-clock.test-helper.js'
import { AckTicker, type Debtor } from './ack-ticker.js'

let clock: FakeClock
let ticker: AckTicker
let told: [string, number][]

beforeEach(() => {
  clock = new FakeClock()
  ticker = new AckTicker(clock)
  told = []
})

function debtor(name: string, then = () => {}): Debtor {
  return {
    acknowledge() {
      told.push([name, clock.now() - 1_000])
      then()
    },
  }
}

it('needs no timer while nobody owes', () => {
  expect([ticker.size, clock.armed, clock.set]).toEqual([0, 0, 0])
})

it('lets each acknowledge once, at most a second after the first began to owe', () => {
  const [ann, ben] = [debtor('ann'), debtor('ben')]
  ticker.add(ann)
  clock.advance(400)
  ticker.add(ben)
  ticker.add(ann)
  expect([ticker.size, clock.armed]).toEqual([2, 1])
  clock.advance(599)
  expect(told).toEqual([])
  clock.advance(1)
  expect(told).toEqual([
    ['ann', 1_000],
    ['ben', 1_000],
  ])
  clock.advance(10_000)
  expect([told.length, ticker.size, clock.armed, clock.set]).toEqual([2, 0, 0, 1])
})

it('begins anew with the next one who owes', () => {
  const ann = debtor('ann')
  ticker.add(ann)
  clock.advance(1_500)
  ticker.add(ann)
  clock.advance(1_000)
  expect(told.map(([, at]) => at)).toEqual([1_000, 2_500])
})

it('forgets who has acknowledged, and the timer with the last of them', () => {
  const [ann, ben] = [debtor('ann'), debtor('ben')]
  ticker.add(ann)
  ticker.add(ben)
  ticker.remove(ann)
  expect([ticker.size, clock.armed]).toEqual([1, 1])
  ticker.remove(ann)
  ticker.remove(debtor('nobody'))
  expect(clock.armed).toBe(1)
  ticker.remove(ben)
  ticker.remove(ben)
  expect([ticker.size, clock.armed]).toEqual([0, 0])
  clock.advance(5_000)
  expect(told).toEqual([])
})

it('sets one timer only when somebody leaves and another comes', () => {
  const [ann, ben] = [debtor('ann'), debtor('ben')]
  ticker.add(ann)
  ticker.remove(ann)
  ticker.add(ben)
  expect(clock.armed).toBe(1)
  clock.advance(1_000)
  expect([told, clock.armed]).toEqual([[['ben', 1_000]], 0])
})

it('takes who begins to owe while others acknowledge, for the next second', () => {
  const late = debtor('late')
  ticker.add(debtor('ann', () => ticker.add(late)))
  ticker.add(debtor('ben', () => ticker.add(late)))
  clock.advance(1_000)
  expect([told.map(([name]) => name), ticker.size, clock.armed]).toEqual([['ann', 'ben'], 1, 1])
  clock.advance(1_000)
  expect([told.at(-1), clock.armed]).toEqual([['late', 2_000], 0])
})

it('leaves no timer where one goes away while others acknowledge', () => {
  const late = debtor('late')
  ticker.add(
    debtor('ann', () => {
      ticker.add(late)
      ticker.remove(late)
    }),
  )
  clock.advance(5_000)
  expect([told.length, ticker.size, clock.armed]).toEqual([1, 0, 0])
})
