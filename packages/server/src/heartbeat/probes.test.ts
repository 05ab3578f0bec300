import { WSE_ERROR } from '@wse/protocol'
import { beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { Probes } from './probes.js'

class FakeProbed {
  unanswered = 0
  latency: number | null = null
  canPing = true

  ping(): boolean {
    if (this.canPing) this.unanswered++
    return this.canPing
  }

  answer(): number | null {
    this.unanswered--
    return probes.ponged(this)
  }
}

let clock: FakeClock
let probes: Probes

beforeEach(() => {
  clock = new FakeClock()
  probes = new Probes(clock, 1_000)
})

it('each ping gets the answer that is its own, in order', async () => {
  const probed = new FakeProbed()
  probed.ping()
  const first = probes.ask(probed)
  clock.advance(10)
  const second = probes.ask(probed)
  clock.advance(5)
  expect([probed.answer(), probed.answer(), probed.answer(), probed.answer()]).toEqual([null, 15, 5, null])
  expect([await first, await second, probed.latency, probes.size, clock.armed]).toEqual([15, 5, 5, 0, 0])
})

it('a ping that is answered too late is given up, and the next gets its own answer', async () => {
  const probed = new FakeProbed()
  const late = expect(probes.ask(probed)).rejects.toMatchObject({ code: WSE_ERROR.RP_TIMEOUT })
  clock.advance(900)
  const next = probes.ask(probed)
  clock.advance(100)
  await late
  expect([probed.answer(), probed.answer()]).toEqual([null, 100])
  expect([await next, probes.size, clock.armed]).toEqual([100, 0, 0])
})

it('without a link, or once it is lost, there is no answer', async () => {
  const probed = new FakeProbed()
  const lost = expect(probes.ask(probed)).rejects.toMatchObject({ code: WSE_ERROR.CONNECTION_NOT_READY })
  probes.ended(probed)
  probes.ended(probed)
  await lost
  probed.canPing = false
  await expect(probes.ask(probed)).rejects.toMatchObject({ code: WSE_ERROR.CONNECTION_NOT_READY })
  expect([probes.size, clock.armed]).toEqual([0, 0])
})

it('without a time-out it is waited for as long as there is a link', async () => {
  probes = new Probes(clock, 0)
  const probed = new FakeProbed()
  const asked = probes.ask(probed)
  clock.advance(1e6)
  expect([clock.armed, probed.answer(), await asked]).toEqual([0, 1e6, 1e6])
})
