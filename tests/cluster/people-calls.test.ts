import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { at, cluster, endsWithin, stuckAt } from './cluster.js'

/** An object so many levels deep. */
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })

behaviour('calls to people on several servers', { codecs: 'all' }, (test) => {
  test('what is asked and answered is what it is on one server: bytes, and whatever depth', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    const ann = await enter(1, 'ann')
    ann.register('echo', (payload) => payload)
    ann.register('take', () => 'taken')
    const bytes = new Uint8Array([1, 2, 3])
    for (const server of servers) {
      expect(await server.call('ann', 'echo', bytes)).toEqual(bytes)
      expect(await server.call('ann', 'echo')).toBeNull()
      expect(await server.call('ann', 'take', nested(63))).toBe('taken')
      await expect(server.call('ann', 'take', nested(64))).rejects.toMatchObject({ code: WSE_ERROR.TOO_DEEP })
    }
  })

  test('the time a call has holds while it is asked who is there', async (ends) => {
    const stuck = stuckAt(1)
    const { servers, enter } = await cluster(ends, 2, {}, () => {}, stuck.joined)
    const here = await enter(0, 'ann')
    await enter(1, 'ann')
    await enter(1, 'bob')
    here.register('ask', () => 'here')
    stuck.begin()
    const { value, ms } = await endsWithin(ends, at(servers, 0).call('ann', 'ask', 1, { timeout: 500 }), 5_000)
    expect([value, ms < 500]).toEqual(['here', true])
    const bob = await endsWithin(ends, at(servers, 0).call('bob', 'ask', 1, { timeout: 500 }), 5_000)
    expect([bob.error, bob.ms <= 500]).toEqual([
      expect.objectContaining({
        code: WSE_ERROR.RP_TIMEOUT,
        details: { rpc: 'ask', cid: 'bob', certainty: 'not-sent' },
      }),
      true,
    ])
  })

  test('a call that is given up while it is asked who is there ends at once', async (ends) => {
    const stuck = stuckAt(1)
    const { servers, enter } = await cluster(ends, 2, {}, () => {}, stuck.joined)
    await enter(1, 'ann')
    stuck.begin()
    const giveUp = new AbortController()
    const call = at(servers, 0).call('ann', 'ask', 1, { signal: giveUp.signal })
    const ended = endsWithin(ends, call, 5_000)
    ends.clock.setTimer(() => giveUp.abort(), 50)
    const { error, ms } = await ended
    expect(error).toMatchObject({ code: WSE_ERROR.RP_CANCELLED, details: { certainty: 'not-sent' } })
    expect(ms).toBeLessThan(200)
    expect(at(servers, 0).inspect().asks).toBe(0)
  })

  test('a call that was given up before it is made asks nobody', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    const ann = await enter(1, 'ann')
    let asked = 0
    ann.register('ask', () => asked++)
    const signal = AbortSignal.abort('why')
    const published = () => at(servers, 0).health().backplane?.stats.published
    const before = published()
    for (const server of servers) {
      await expect(server.call('ann', 'ask', 1, { signal })).rejects.toMatchObject({
        code: WSE_ERROR.RP_CANCELLED,
        details: { certainty: 'not-sent' },
      })
    }
    await ends.clock.advance(100)
    expect([asked, published()]).toEqual([0, before])
  })

  test('what a user of one server is told to do holds on all of them', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    const closed: string[] = []
    const device = async (index: number, name: string) => {
      const client = await enter(index, 'ann', { name })
      client.register('name', () => name)
      client.when.closed((code) => closed.push(`${name} ${code}`))
    }
    await device(0, 'phone')
    await device(1, 'laptop')
    const ann = at(servers, 0).clients.get('ann')
    const answers = await ann?.call('name', undefined, { device: 'all' })
    expect(answers?.map((answer) => answer.ok && answer.value).sort()).toEqual(['laptop', 'phone'])
    const [laptop] = (await at(servers, 0).to('ann').devices()).filter(({ meta }) => meta.name === 'laptop')
    ann?.revoke(laptop?.conn_id)
    await until(() => closed.length === 1)
    await device(1, 'tablet')
    ann?.drop()
    await until(() => closed.length === 3)
    await device(0, 'watch')
    await device(1, 'tv')
    at(servers, 1).clients.get('ann')?.revoke()
    await until(() => closed.length === 5)
    expect(closed.sort()).toEqual(['laptop 4503', 'phone 4506', 'tablet 4506', 'tv 4503', 'watch 4503'])
  })
})
