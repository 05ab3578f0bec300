import { createTestClock, type TestClock } from '@wse/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Link } from '../connection/link.js'
import { Watchdog } from './watchdog.js'

const PROBE = 1_000
const TIMEOUT = 5_000

let clock: TestClock
let watchdog: Watchdog
let sent: string[]
let ended: string[]
let bytesRead: [number, number]

beforeEach(() => {
  clock = createTestClock()
  sent = []
  ended = []
  bytesRead = [0, 0]
  const send = (text: string) => void sent.push(text)
  watchdog = new Watchdog({ clock, probe: PROBE, timeout: TIMEOUT, send })
  const link = {
    get bytesRead() {
      return [...bytesRead]
    },
    end(why: Error) {
      ended.push(why.message)
      watchdog.stop()
    },
  }
  watchdog.start(link as unknown as Link)
})

describe('the watchdog', () => {
  it('sends a probe at once, and the next one when it has come back', async () => {
    await clock.advance(3)
    watchdog.echo('1')
    expect([watchdog.lag, watchdog.heardAt]).toEqual([3, 3])
    await clock.advance(PROBE)
    expect(sent).toEqual(['1', '2'])
    watchdog.stop()
    expect(clock.armed).toBe(0)
  })

  it('ends a link that is silent within two probes', async () => {
    watchdog.echo('1')
    await clock.advance(2 * PROBE)
    await clock.settle()
    expect(ended).toEqual(['nothing came back for 1000 ms'])
    expect(clock.armed).toBe(0)
  })

  it('ends a link of which one connection alone is silent', async () => {
    bytesRead = [500, 0]
    await clock.advance(PROBE)
    await clock.settle()
    expect(ended.length).toBe(1)
  })

  it('bears with an engine that is slow, for a while', async () => {
    for (let waited = 0; waited + PROBE < TIMEOUT; waited += PROBE) {
      bytesRead = [waited + 1, waited + 1]
      await clock.advance(PROBE)
      await clock.settle()
    }
    expect(ended).toEqual([])
    watchdog.echo('1')
    expect(watchdog.lag).toBe(TIMEOUT - PROBE)
    await clock.advance(PROBE)
    expect(sent).toEqual(['1', '2'])
  })

  it('ends what is slow for too long', async () => {
    for (let waited = 0; waited < TIMEOUT; waited += PROBE) {
      bytesRead = [waited + 1, waited + 1]
      await clock.advance(PROBE)
    }
    await clock.settle()
    expect(ended).toEqual(['nothing came back for 5000 ms'])
  })

  it('takes no other probe for its own, and sends again what was refused as too late', async () => {
    watchdog.echo('7')
    expect(watchdog.lag).toBeNull()
    watchdog.again()
    watchdog.echo('1')
    watchdog.again()
    expect(sent).toEqual(['1', '1'])
    watchdog.stop()
  })
})
