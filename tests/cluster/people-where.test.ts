import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { at, cluster } from './cluster.js'

/** An object so many levels deep. */
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })

behaviour('people by what they say about themselves, on several servers', { codecs: 'all' }, (test) => {
  test('a condition with something undefined in it is refused, and nobody is dropped', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    const [ann, bob] = [await enter(0, 'ann', { tenant: 'a' }), await enter(1, 'bob', { tenant: 'b' })]
    const conditions = [{ tenant: undefined }, { app: { version: undefined } }, { tags: ['a', undefined] }]
    for (const meta of conditions) {
      const refused = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION })
      expect(() => at(servers, 0).to({ where: { meta } }).drop()).toThrow(refused)
    }
    await ends.clock.advance(100)
    expect([ann.status, bob.status]).toEqual(['READY', 'READY'])
  })

  test('a condition means the same on every server: its numbers and its depth', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    const heard: unknown[] = []
    for (const index of [0, 1]) {
      const client = await enter(index, 'ann', { zero: 0, none: null, deep: nested(60) })
      client.channel.on('x', (name) => heard.push(name))
    }
    at(servers, 0)
      .to({ where: { meta: { zero: 0, none: null } } })
      .send('x', 'plain')
    at(servers, 0)
      .to({ where: { meta: { deep: nested(60) } } })
      .send('x', 'deep')
    await until(() => heard.length >= 4)
    // What JSON would make null of, or 0.
    for (const meta of [{ none: Number.NaN }, { zero: -0 }]) {
      try {
        at(servers, 0).to({ where: { meta } }).send('x', 'others')
      } catch (error) {
        expect(error).toMatchObject({ code: WSE_ERROR.INVALID_OPTION })
      }
    }
    await ends.clock.advance(100)
    expect(heard.sort()).toEqual(['deep', 'deep', 'plain', 'plain'])
  })

  test('a condition that cannot be said to other servers is refused before anything is done', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    const ann = await enter(0, 'ann', { deep: nested(60) })
    const rejected: unknown[] = []
    const note = (reason: unknown) => rejected.push(reason)
    process.on('unhandledRejection', note)
    const heard: unknown[] = []
    ann.channel.on('x', (data) => heard.push(data))
    for (const meta of [{ deep: nested(99) }, { constructor: Object }]) {
      const target = () => at(servers, 0).to({ where: { meta } })
      for (const act of [() => target().send('x', 1), () => target().drop(), () => target().devices()])
        expect(act).toThrow(expect.objectContaining({ code: expect.stringContaining('wse.') }))
    }
    await ends.clock.advance(100)
    await idle()
    process.off('unhandledRejection', note)
    expect([heard, rejected, ann.status]).toEqual([[], [], 'READY'])
  })

  test('what one device says about itself hides no other', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    await enter(1, 'ann', { device: 'phone' })
    // As deep as a hello takes it.
    await enter(1, 'bob', { deep: nested(61) })
    const devices = await at(servers, 0)
      .to({ where: { meta: {} } })
      .devices()
    expect(devices.map(({ cid, meta }) => [cid, Object.keys(meta)]).sort()).toEqual([
      ['ann', ['device']],
      ['bob', ['deep']],
    ])
    expect(await at(servers, 0).isOnline('bob')).toBe(true)
  })
})
