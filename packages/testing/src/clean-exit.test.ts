import { describe, expect, test } from 'vitest'
import { activeResources } from './active-resources.js'
import { createCleanExit } from './clean-exit.js'
import { createTestClock } from './test-clock.js'
import { createTransportPair } from './transport-pair.js'
import { useCleanExit } from './vitest.js'

describe('createCleanExit', () => {
  test('has nothing to say at first', () => {
    expect(createCleanExit().leaks()).toEqual([])
  })

  test('returns what it watches and names what is left', async () => {
    const exit = createCleanExit()
    const clock = exit.clock(createTestClock())
    const [a, b] = createTransportPair({ clock })
    expect(exit.transport(a)).toBe(a)
    exit.transport(b, 'the client')
    const counts = { timers: 0, calls: 2, frames: 1 }
    exit.inspectable({ inspect: () => counts }, 'server')
    clock.setTimer(() => {}, 5_000)
    clock.setTimer(() => {}, 3_000)
    expect(exit.leaks()).toEqual([
      'clock 1 has 2 armed timers: one of 3000 ms due at 3000 ms, one of 5000 ms due at 5000 ms',
      'transport 2 is open, not closed',
      'the client is open, not closed',
      'server still holds calls: 2, frames: 1',
    ])
    a.cut()
    Object.assign(counts, { calls: 0, frames: 0 })
    await clock.advance(5_000)
    expect(exit.leaks()).toEqual([])
  })
})

describe('activeResources', () => {
  test('lists what was added, until it is gone', () => {
    const added = activeResources()
    expect(added()).toEqual([])
    const timer = setTimeout(() => {}, 60_000)
    expect(added()).toEqual(['Timeout'])
    clearTimeout(timer)
    expect(added()).toEqual([])
  })
})

describe('useCleanExit', () => {
  const exit = useCleanExit()

  test('checks at the end of the tests', () => {
    const [a, b] = createTransportPair()
    exit.transport(a)
    exit.transport(b)
    // Both are closed only a little later: the check waits for that.
    a.close(1000, '')
  })

  test('fails with the leaks', async () => {
    let check = async () => {}
    const leaking = useCleanExit({
      hook: (run) => {
        check = run
      },
    })
    await check()
    leaking.inspectable({ inspect: () => ({ calls: 1 }) }, 'server')
    leaking.inspectable({ inspect: () => ({ timers: 3 }) }, 'client')
    await expect(check()).rejects.toThrow('left behind:\n- server still holds calls: 1\n- client still holds timers: 3')
  })
})
