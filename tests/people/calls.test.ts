import { getEventListeners } from 'node:events'
import { WSE_ERROR, type WseError } from '@wse/server'
import { expect } from 'vitest'
import { deferred, hang, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cut, type Guest, house } from './house.js'

/** A phone and a laptop of ann, each of which says which one it is. */
async function two(...given: Parameters<typeof house>) {
  const made = await house(...given)
  const [phone, laptop] = [await made.guest('ann', 'phone'), await made.guest('ann', 'laptop')]
  for (const [name, { client }] of [
    ['phone', phone],
    ['laptop', laptop],
  ] as const)
    client.register('which', () => name)
  return { ...made, phone, laptop }
}

/** Answers only when told to, and notes how it ended. */
function slow({ client }: Guest, rp = 'ask') {
  const [asked, answer] = [deferred<null>(), deferred()]
  const ended: string[] = []
  client.register(rp, (_payload, { signal }) => {
    signal.addEventListener('abort', () => ended.push('aborted'))
    asked.resolve(null)
    return answer.promise
  })
  return { asked: asked.promise, answer, ended }
}

const codeOf = (error: unknown) => (error as WseError).code

behaviour('calls to a target', { codecs: 'all' }, (test) => {
  test('[W18] [Q23] ask the device of each user that acted last', async (ends) => {
    const { server, guest, phone, laptop } = await two(ends)
    const bob = await guest('bob')
    bob.client.register('which', () => 'bob’s')
    server.channel.on('act', () => {})
    server.register('act', () => true)
    const which = async () =>
      (await server.to(['ann', 'bob']).call('which')).map((answer) => (answer.ok ? answer.value : codeOf(answer.error)))
    expect(await which()).toEqual(['laptop', 'bob’s'])
    await phone.client.call('act')
    expect(await which()).toEqual(['phone', 'bob’s'])
    laptop.client.send('act')
    await laptop.client.call('act')
    expect(await which()).toEqual(['laptop', 'bob’s'])
    expect(await server.to('ann').call('which')).toEqual([
      { cid: 'ann', conn_id: laptop.conn.conn_id, ok: true, value: 'laptop' },
    ])
  })

  test('[W18] ask one that has a link before one that is away', async (ends) => {
    const { server, laptop, phone } = await two(ends)
    await cut(laptop)
    expect(await server.call('ann', 'which')).toBe('phone')
    await cut(phone)
    const waiting = server.call('ann', 'which')
    await ends.clock.advance(100)
    expect(await waiting).toBe('laptop')
  })

  test('[W18] ask all devices, each of which answers for itself', async (ends) => {
    const { server, phone, laptop } = await two(ends)
    phone.client.unregister('which')
    const answers = await server.to(['ann', 'eve']).call('which', null, { device: 'all' })
    expect(answers).toEqual([
      {
        cid: 'ann',
        conn_id: phone.conn.conn_id,
        ok: false,
        error: expect.objectContaining({ code: WSE_ERROR.RP_NOT_REGISTERED }),
      },
      { cid: 'ann', conn_id: laptop.conn.conn_id, ok: true, value: 'laptop' },
      {
        cid: 'eve',
        ok: false,
        error: expect.objectContaining({
          code: WSE_ERROR.NO_CLIENT_CONNECTION,
          details: { cid: 'eve', certainty: 'not-sent' },
        }),
      },
    ])
  })

  test('[W18] race on all devices: the first to succeed answers, and the others are told to stop', async (ends) => {
    const { server, phone, laptop } = await two(ends)
    const [first, second] = [slow(phone), slow(laptop)]
    const asked = server.to('ann').call('ask', null, { device: 'any' })
    await Promise.all([first.asked, second.asked])
    first.answer.resolve('mine')
    expect(await asked).toEqual([{ cid: 'ann', conn_id: phone.conn.conn_id, ok: true, value: 'mine' }])
    await until(() => second.ended.length === 1)
    second.answer.resolve('too late')
    await idle()
    expect(server.inspect().connections).toBe(2)
  })

  test('[W18] race past devices that fail, and fail as the best of them did where all do', async (ends) => {
    const { server, phone, laptop } = await two(ends)
    laptop.client.unregister('which')
    expect(await server.call('ann', 'which', null, { device: 'any' })).toBe('phone')
    phone.client.unregister('which')
    const answers = await server.to('ann').call('which', null, { device: 'any' })
    expect(answers).toMatchObject([
      { conn_id: laptop.conn.conn_id, ok: false, error: { code: WSE_ERROR.RP_NOT_REGISTERED } },
    ])
  })

  test('[W18] end for each as its time-out or signal says, and never reject as a whole', async (ends) => {
    const { server, phone, laptop } = await two(ends)
    const asked = [deferred<null>(), deferred<null>()] as const
    phone.client.register('hang', hang(asked[0]))
    laptop.client.register('hang', hang(asked[1]))
    const late = server.to('ann').call('hang', null, { device: 'all', timeout: 50 })
    await Promise.all(asked.map(({ promise }) => promise))
    await ends.clock.advance(50)
    expect((await late).map((answer) => !answer.ok && answer.error.code)).toEqual([
      WSE_ERROR.RP_TIMEOUT,
      WSE_ERROR.RP_TIMEOUT,
    ])
    for (const device of ['latest', 'any', 'all'] as const) {
      const giveUp = new AbortController()
      const given = server.to('ann').call('hang', null, { device, signal: giveUp.signal })
      await idle()
      giveUp.abort('enough')
      const codes = (await given).map((answer) => !answer.ok && [answer.error.code, answer.error.cause])
      expect(codes).toEqual(Array(device === 'all' ? 2 : 1).fill([WSE_ERROR.RP_CANCELLED, 'enough']))
      const before = await server.to('ann').call('hang', null, { device, signal: giveUp.signal })
      expect(before.every((answer) => !answer.ok && answer.error.code === WSE_ERROR.RP_CANCELLED)).toBe(true)
    }
  })

  test('[W18] say what is wrong for everyone at once', async (ends) => {
    const { server } = await two(ends)
    const wrong = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION })
    await expect(server.to('ann').call('which', 1, { device: 'first' as never })).rejects.toEqual(wrong)
    await expect(server.to('ann').call('which', 1, { chunks: [] } as never)).rejects.toEqual(wrong)
    await expect(server.to([]).call('~wse:x')).rejects.toMatchObject({ code: WSE_ERROR.INVALID_NAME })
    for (const device of ['latest', 'any', 'all'] as const) {
      for (const bad of [{ timeout: Number.NaN }, { signal: 5 }, { signal: null }, { signal: {} }]) {
        const [option] = Object.keys(bad)
        const named = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option } })
        await expect(server.to('ann').call('which', 1, { device, ...bad } as never)).rejects.toEqual(named)
      }
    }
    await expect(server.to('ann').call('which', 1, 5 as never)).rejects.toEqual(wrong)
    await expect(server.to('ann').call('which', 1, null as never)).rejects.toEqual(wrong)
  })

  test('[W18] with device any share one listener on a signal, and leave none', async (ends) => {
    const { server } = await two(ends)
    const giveUp = new AbortController()
    const { signal } = giveUp
    const ask = () => server.call('ann', 'which', null, { device: 'any', signal })
    const answers = Array.from({ length: 20 }, ask)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await Promise.all(answers)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('[W18] to one user resolve to the value, or reject', async (ends) => {
    const { server, phone } = await two(ends)
    const ann = phone.conn.client
    expect(await ann.call('which')).toBe('laptop')
    expect(await ann.call('which', null, { device: 'all' })).toMatchObject([{ value: 'phone' }, { value: 'laptop' }])
    await expect(ann.call('nothing')).rejects.toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED })
    await expect(server.call('eve', 'which')).rejects.toMatchObject({ code: WSE_ERROR.NO_CLIENT_CONNECTION })
    ann.drop()
    await until(() => server.clients.size === 0)
    await expect(ann.call('which')).rejects.toMatchObject({
      code: WSE_ERROR.NO_CLIENT_CONNECTION,
      details: { cid: 'ann' },
    })
  })

  test('[W18] end for a device whose session ends in the midst of it, and for no other', async (ends) => {
    const { server, phone, laptop } = await two(ends)
    const [first, second] = [slow(phone), slow(laptop)]
    const asked = server.to('ann').call('ask', null, { device: 'all' })
    await Promise.all([first.asked, second.asked])
    phone.conn.drop()
    second.answer.resolve('here')
    expect(await asked).toMatchObject([
      { ok: false, error: { code: WSE_ERROR.RP_DISCONNECT } },
      { ok: true, value: 'here' },
    ])
  })
})
