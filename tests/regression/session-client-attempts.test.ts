import type { WakeSource, Woken, WseClientOptions } from '@wse/client'
import { WSE_ERROR, WSE_STATUS, type WseClient } from '@wse/client'
import type { Clock } from '@wse/protocol'
import type { ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { deferred, hang, retries } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import type { Stage } from '../fixtures/stage.js'

/** The next link, whose hello has come. */
async function meet(stage: Stage): Promise<ScriptedPeer> {
  const peer = await stage.next()
  expect(await peer.next()).toMatchObject(['~wse:hi', { v: 5 }])
  return peer
}

/** Begins to connect; tells how that ends, or why it is tried again. */
function connecting(client: WseClient, identity: unknown) {
  const attempts = retries(client)
  const outcome = client.connect(identity).then(
    () => 'ready',
    ({ code }) => code,
  )
  return { attempts, outcome }
}

behaviour('an application that never says who it is', (test) => {
  const patience = 6_000
  const options = { connectTimeout: 1_000 } satisfies WseClientOptions

  test('defect 6: an identity that never came was waited for for ever', async (ends) => {
    const client = ends.client(await ends.nowhere(), options)
    const { outcome } = connecting(client, () => new Promise(() => {}))
    await ends.clock.advance(patience - 1)
    expect(client.status).toBe(WSE_STATUS.CONNECTING)
    await ends.clock.advance(1)
    expect([await outcome, client.status]).toEqual([WSE_ERROR.CONNECT_TIMEOUT, WSE_STATUS.OFFLINE])
    await ends.clock.advance(60_000)
    expect(new Set(Object.values(client.inspect()))).toEqual(new Set([0]))
  })

  test('defect 6: an identity that never came was never read again', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { ...options, re: true })
    let reads = 0
    const { attempts, outcome } = connecting(client, () => (++reads < 3 ? new Promise(() => {}) : 'ann'))
    for (const read of [1, 2]) {
      await ends.clock.advance(patience - 1)
      expect([reads, client.inspect().reconnectTimers]).toEqual([read, 0])
      await ends.clock.advance(1)
      const { attempt, cause, delay } = await attempts.next()
      expect([attempt, cause.code]).toEqual([read, WSE_ERROR.CONNECT_TIMEOUT])
      await ends.clock.advance(delay)
    }
    expect([await outcome, reads, [...server.clients.keys()]]).toEqual(['ready', 3, ['ann']])
  })

  for (const re of [false, true]) {
    test(`defect 6: a challenge never solved was waited for for ever, ${re ? 'with' : 'without'} re`, async (ends) => {
      const stage = await ends.stage()
      const client = ends.client(stage.url, { ...options, re })
      const asked = deferred<null>()
      client.challenge(hang(asked))
      const { attempts, outcome } = connecting(client, 'ann')
      const peer = await meet(stage)
      peer.send(['~wse:challenge', 'quest'])
      await asked.promise
      await ends.clock.advance(patience - 1)
      expect([peer.closedWith, client.status]).toEqual([null, WSE_STATUS.CONNECTING])
      await ends.clock.advance(1)
      await peer.closed
      if (!re) return expect(await outcome).toBe(WSE_ERROR.CONNECT_TIMEOUT)
      const { cause, delay } = await attempts.next()
      expect(cause.code).toBe(WSE_ERROR.CONNECT_TIMEOUT)
      await ends.clock.advance(delay)
      const again = await meet(stage)
      again.welcome()
      expect(await outcome).toBe('ready')
    })
  }
})

/** The clock of the ends, with chance taken out. */
function withChance({ clock }: Ends, chance: number): Clock {
  return {
    now: () => clock.now(),
    setTimer: (run, ms) => clock.setTimer(run, ms),
    clearTimer: (timer) => clock.clearTimer(timer),
    randomBytes: (count) => clock.randomBytes(count),
    random: () => chance,
  }
}

/** How long a client waits each time, whose every link ends in the same way. */
async function waits(ends: Ends, chance: number, end: (peer: ScriptedPeer) => void): Promise<number[]> {
  const stage = await ends.stage()
  const client = ends.client(stage.url, { re: true, clock: withChance(ends, chance) })
  const { attempts } = connecting(client, () => 'ann')
  const delays: number[] = []
  for (let link = 0; link < 5; link++) {
    end(await meet(stage))
    const { delay } = await attempts.next()
    delays.push(delay)
    await ends.clock.advance(delay)
  }
  return delays
}

behaviour('a server that ends one link after the other', (test) => {
  for (const [what, end] of [
    [
      '4007',
      (peer: ScriptedPeer) => {
        peer.welcome({ session: { cid: 'ann', token: 'token', window: 60_000 } })
        peer.close(4007, 'wse.auth-expired')
      },
    ],
    [
      '4009 after a goaway with delay 0',
      (peer: ScriptedPeer) => {
        peer.send(['~wse:goaway', { reason: 'wse.try-again', delay: 0 }])
        peer.close(4009, 'wse.try-again')
      },
    ],
  ] as const) {
    test(`defect 7: with ${what} it was come back to at once, for ever`, async (ends) => {
      const [, ...least] = await waits(ends, 0, end)
      expect(Math.min(...least)).toBeGreaterThanOrEqual(250)
      const delays = await waits(ends, 0.5, end)
      expect(delays).toEqual([...new Set(delays)].sort((one, two) => one - two))
      expect(delays.at(-1)).toBeGreaterThan(5_000)
    })
  }
})

behaviour('what wakes a client', (test) => {
  const broken: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('no network module')
      },
    ],
    ['returns nothing', () => undefined],
    ['returns what is no function', () => ({ remove() {} })],
    [
      'throws when it is taken back',
      () => () => {
        throw new Error('gone already')
      },
    ],
  ]
  for (const [what, wake] of broken) {
    test(`defect 10: connect() never settled where it ${what}`, async (ends) => {
      const { url } = await ends.server()
      const client = ends.client(url, { re: true, wake: wake as WakeSource })
      const errors: string[] = []
      client.when.error(({ message }) => errors.push(message))
      for (let times = 0; times < 2; times++) {
        await client.connect('ann')
        expect(client.status).toBe(WSE_STATUS.READY)
        await client.disconnect()
        expect(client.status).toBe(WSE_STATUS.OFFLINE)
      }
      expect(errors.length > 0).toBe(what.startsWith('throws'))
      await expect(ends.client(await ends.nowhere(), { wake: wake as WakeSource }).connect()).rejects.toMatchObject({
        code: WSE_ERROR.CONNECT_FAILED,
      })
    })
  }

  test('defect 12: an attempt dialled before the network was back was waited for to its time-out', async (ends) => {
    const stage = await ends.stage()
    let woken: (why: Woken) => void = () => {}
    const wake: WakeSource = (tell) => {
      woken = tell
      return () => {}
    }
    const client = ends.client(stage.url, { re: true, wake })
    const { attempts, outcome } = connecting(client, 'ann')
    for (let dialled = 1; dialled < 4; dialled++) {
      const silent = await meet(stage)
      woken('online')
      expect((await attempts.next()).delay).toBeLessThanOrEqual(500)
      // Without a word: the server may have read the hello.
      expect((await silent.closed).code).toBe(1006)
      await ends.clock.advance(500)
    }
    const peer = await meet(stage)
    peer.welcome()
    expect([await outcome, client.inspect().links]).toEqual(['ready', 1])
  })
})
