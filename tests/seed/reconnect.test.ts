import type { ReconnectOptions, WseClient } from '@wse/client'
import { WSE_ERROR, WSE_STATUS } from '@wse/client'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, idle, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

/** A clock of the test's whose chance always says the same. */
function loaded({ clock }: Ends, random: number): Ends['clock'] {
  const fixed = { random: () => random, now: () => clock.now(), clearTimer: clock.clearTimer.bind(clock) }
  return { ...fixed, setTimer: clock.setTimer.bind(clock), randomBytes: clock.randomBytes.bind(clock) } as Ends['clock']
}

/** The first waits of a client that nobody answers. */
async function waits(ends: Ends, client: WseClient, count: number): Promise<number[]> {
  const attempts = retries(client)
  const connecting = expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
  const delays: number[] = []
  for (let i = 0; i < count; i++) {
    const { attempt, delay } = await attempts.next()
    expect(attempt).toBe(i + 1)
    delays.push(delay)
    await ends.clock.advance(delay)
  }
  await client.disconnect()
  await connecting
  return delays
}

behaviour('a client with re', { codecs: 'all' }, (test) => {
  const policies: Record<string, { re: true | ReconnectOptions; bounds: number[]; floor: number }> = {
    'the defaults': { re: true, floor: 250, bounds: [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000] },
    'options of its own': {
      re: { floor: 10, base: 100, factor: 3, cap: 2_000 },
      floor: 10,
      bounds: [100, 300, 900, 2_000, 2_000],
    },
  }
  for (const [what, { re, floor, bounds }] of Object.entries(policies)) {
    test(`[W20] waits longer each time, with full jitter between floor and bound: ${what}`, async (ends) => {
      const url = await ends.nowhere()
      expect(await waits(ends, ends.client(url, { re, clock: loaded(ends, 0) }), bounds.length)).toEqual(
        bounds.map(() => floor),
      )
      expect(await waits(ends, ends.client(url, { re, clock: loaded(ends, 1 - 2 ** -52) }), bounds.length)).toEqual(
        bounds,
      )
      const drawn = await waits(ends, ends.client(url, { re }), bounds.length)
      for (const [i, delay] of drawn.entries()) {
        expect(delay).toBeGreaterThanOrEqual(floor)
        expect(delay).toBeLessThanOrEqual(bounds[i] as number)
      }
      expect(new Set(drawn).size).toBeGreaterThan(1)
    })
  }

  test('tries when the wait is over, and not before', async (ends) => {
    const stage = await ends.stage()
    const client = ends.client(stage.url, { re: true })
    const attempts = retries(client)
    const connecting = client.connect('ann')
    ;(await stage.next()).transport.terminate()
    const { delay } = await attempts.next()
    await ends.clock.advance(delay - 1)
    await idle()
    expect(stage.unmet).toBe(0)
    expect(client.status).toBe(WSE_STATUS.RE_CONNECTING)
    await ends.clock.advance(1)
    const peer = await stage.next()
    await peer.next()
    peer.welcome()
    await connecting
  })

  test('[W20] resolves connect() after the first success, though nobody was there at first', async (ends) => {
    const url = await ends.nowhere()
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    let resolved = false
    const connecting = client.connect('ann').then((welcome) => {
      resolved = true
      return welcome
    })
    for (let i = 0; i < 3; i++) await ends.clock.advance((await attempts.next()).delay)
    const { delay } = await attempts.next()
    expect(resolved).toBe(false)
    await ends.server({}, url)
    await ends.clock.advance(delay)
    expect(await connecting).toEqual({ hello: 'ann' })
    expect(client.status).toBe(WSE_STATUS.READY)
  })

  test('gives up after as many attempts as it may make', async (ends) => {
    const client = ends.client(await ends.nowhere(), { re: { attempts: 3 } })
    const attempts = retries(client)
    const failed = expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    for (let i = 0; i < 3; i++) await ends.clock.advance((await attempts.next()).delay)
    await failed
    expect(client.status).toBe(WSE_STATUS.OFFLINE)
    expect(ends.clock.armed).toBe(0)
  })

  test('counts anew after a link that held for 10 seconds, not after a shorter one', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    await client.connect('ann')
    const counted: number[] = []
    for (const held of [0, 0, 9_999, 10_000, 0]) {
      await ends.clock.advance(held)
      connOf(server, 'ann').terminate()
      const { attempt, delay } = await attempts.next()
      counted.push(attempt)
      const ready = client.when.ready()
      await ends.clock.advance(delay)
      await ready
    }
    expect(counted).toEqual([1, 2, 3, 1, 2])
  })

  test('[W20] reads an identity function anew at every attempt', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    await client.connect(({ attempt }: { attempt: number }) => `token ${attempt}`)
    connOf(server, 'token 1').terminate()
    const { delay } = await attempts.next()
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    // Another identity is not given the session of the first.
    expect(await ready).toEqual([{ hello: 'token 2' }, { resumed: false }])
  })

  test('[W20] comes back with the identity and meta it was given', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    await client.connect('ann', { device: 'phone' })
    connOf(server, 'ann').terminate()
    const { delay } = await attempts.next()
    const resumed = server.when.resumed()
    await ends.clock.advance(delay)
    const conn = await resumed
    expect([conn.cid, conn.identity, conn.meta]).toEqual(['ann', 'ann', { device: 'phone' }])
  })

  test('[W20] comes back with the identity and meta it was given, where sessions end with their links', async (ends) => {
    const { server, url } = await ends.server({ resume: false })
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    await client.connect('ann', { device: 'phone' })
    connOf(server, 'ann').terminate()
    const { delay } = await attempts.next()
    const connected = server.when.connected()
    await ends.clock.advance(delay)
    expect((await connected).meta).toEqual({ device: 'phone' })
  })

  test('comes back after the server was closed and started again', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    await client.connect('ann')
    const closed = client.when.closed()
    await server.close()
    expect(await closed).toEqual([4001, 'wse.restart'])
    await ends.clock.advance((await attempts.next()).delay)
    const { delay } = await attempts.next()
    const again = await ends.server({}, url)
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    await ready
    await until(() => again.server.clients.has('ann'))
  })

  test('[W20] [W21] keeps calls in flight when the link is lost, and has their answers once it is back', async (ends) => {
    const { server, url } = await ends.server()
    const gone: unknown[] = []
    server.when.disconnected((conn) => gone.push(conn))
    server.when.left((client) => gone.push(client))
    server.register('cut', (conn) => {
      conn.terminate()
      return new Promise((resolve) => server.when.resumed(() => resolve('answered')))
    })
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    const suspended = server.when.suspended()
    await client.connect('ann')
    const call = client.call('cut')
    const { delay } = await attempts.next()
    expect((await suspended).state).toBe('suspended')
    expect(client.inspect().pendingCalls).toBe(1)
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    expect(await ready).toEqual([{ hello: 'ann' }, { resumed: true }])
    expect(await call).toBe('answered')
    expect([connOf(server, 'ann').state, gone]).toEqual(['live', []])
  })
})

behaviour('calls in flight when the link is lost', { codecs: 'all' }, (test) => {
  for (const [what, re, resume] of [
    ['a client without re', false, true],
    ['a server that keeps no sessions', true, false],
  ] as const) {
    test(`reject with ${what}: what is certain about them is unknown`, async (ends) => {
      const { server, url } = await ends.server({ resume })
      server.register('cut', (conn) => {
        conn.terminate()
        return new Promise(() => {})
      })
      const client = ends.client(url, { re })
      await client.connect('ann')
      const disconnected = server.when.disconnected()
      await expect(client.call('cut')).rejects.toMatchObject({
        code: WSE_ERROR.RP_DISCONNECT,
        details: { certainty: 'unknown', disconnected: [1006, ''] },
      })
      expect((await disconnected).slice(1)).toEqual([1006, ''])
    })
  }
})

behaviour('a client without re', { codecs: 'all' }, (test) => {
  test('stays OFFLINE after a lost link', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const closed = client.when.closed()
    connOf(server, 'ann').terminate()
    expect(await closed).toEqual([1006, ''])
    await ends.clock.advance(60_000)
    await idle()
    expect(client.status).toBe(WSE_STATUS.OFFLINE)
    expect(server.clients.size).toBe(0)
    expect(await client.connect('ann')).toEqual({ hello: 'ann' })
  })
})
