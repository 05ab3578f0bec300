import { createTestClock, type TestClock } from '@wse/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Link, Progress } from '../connection/link.js'
import { Watchdog } from './watchdog.js'

const PROBE = 1_000
const TIMEOUT = 5_000

let clock: TestClock
let watchdog: Watchdog
let sent: string[]
let ended: string[]
let progress: Progress

beforeEach(() => {
  clock = createTestClock()
  sent = []
  ended = []
  progress = { answered: 0, arrived: 0, taken: 0, waiting: 0 }
  const send = (text: string) => void sent.push(text)
  watchdog = new Watchdog({ clock, probe: PROBE, timeout: TIMEOUT, send })
  const link = {
    get progress() {
      return progress
    },
    end(why: Error) {
      ended.push(why.message)
      watchdog.stop()
    },
  }
  watchdog.start(link as unknown as Link)
})

/** A probe's time passes, in which this happens to the link. */
async function pass(change: Partial<Progress>): Promise<void> {
  progress = { ...progress, ...change }
  await clock.advance(PROBE)
  await clock.settle()
}

describe('the watchdog', () => {
  it('sends a probe at once, and the next one when it has come back', async () => {
    await clock.advance(3)
    watchdog.published()
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

  it('ends a link on which commands are not answered, whatever arrives', async () => {
    await pass({ arrived: 500 })
    expect(ended.length).toBe(1)
  })

  it('ends a link on which nothing arrives that was published, whatever is answered', async () => {
    watchdog.published()
    await pass({ answered: 500 })
    expect(ended.length).toBe(1)
  })

  it('bears with an engine that is slow, for a while', async () => {
    for (let waited = PROBE; waited < TIMEOUT; waited += PROBE) await pass({ answered: waited })
    expect(ended).toEqual([])
    watchdog.published()
    watchdog.echo('1')
    expect(watchdog.lag).toBe(TIMEOUT - PROBE)
    await clock.advance(PROBE)
    expect(sent).toEqual(['1', '2'])
    watchdog.stop()
  })

  it('ends what is slow for too long', async () => {
    for (let waited = PROBE; waited <= TIMEOUT; waited += PROBE) await pass({ answered: waited })
    expect(ended).toEqual(['nothing came back for 5000 ms'])
  })

  it('ends what was slow, and is silent', async () => {
    await pass({ answered: 1 })
    await pass({})
    expect(ended).toEqual(['nothing came back for 2000 ms'])
  })

  it('bears with an engine that has very much to take, while it takes it', async () => {
    watchdog.echo('1')
    await pass({ waiting: 5_000 })
    await pass({ taken: 3_000, waiting: 2_000 })
    expect([sent, ended]).toEqual([['1', '2'], []])
    await pass({})
    expect(ended.length).toBe(1)
  })

  it('is not taken in by a system that takes what no engine reads', async () => {
    watchdog.echo('1')
    await pass({ taken: 1_000 })
    await pass({ taken: 2_000 })
    expect(ended.length).toBe(1)
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
