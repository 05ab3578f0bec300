import { WSE_ERROR, WSE_STATUS, type WseClientOptions } from '@wse/client'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { clientLog, idle, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

/** A client of ours that a WSE 4 server has welcomed. */
async function welcomed(ends: Ends, options: WseClientOptions = {}) {
  const stage = await ends.stage()
  const client = ends.client(stage.url, options)
  const connecting = client.connect('ann')
  const peer = await stage.next()
  await peer.next()
  peer.welcome({ version: 4, payload: 'hi' })
  await connecting
  return { stage, client, peer }
}

behaviour('to a WSE 4 server', (test) => {
  test('our client writes no frame of version 5, whatever the application does', async (ends) => {
    const { client, peer } = await welcomed(ends)
    client.register('ask', (n) => n * 2)
    const stop = new AbortController()
    const given = [
      client.call('never', 1, { timeout: 100 }),
      client.call('never', 2, { signal: stop.signal }),
      client.call('never', 3),
    ].map((call) => call.catch(({ code }) => code))
    client.send('plain', 1)
    client.send('volatile', 2, { volatile: true })
    stop.abort()
    await ends.clock.advance(20_000)
    expect(await Promise.all(given)).toEqual([WSE_ERROR.RP_TIMEOUT, WSE_ERROR.RP_CANCELLED, WSE_ERROR.RP_TIMEOUT])
    peer.send(['ask', 21, 'HsNbF3DVAx'])
    await until(() => peer.received.length === 7)
    expect(peer.received.slice(1)).toEqual([
      ['never', 1, expect.any(String)],
      ['never', 2, expect.any(String)],
      ['never', 3, expect.any(String)],
      ['plain', 1],
      ['volatile', 2],
      ['~wse:response', 42, 'HsNbF3DVAx'],
    ])
  })

  test('bytes cannot be sent: NOT_SUPPORTED, and the link stays', async (ends) => {
    const { client, peer } = await welcomed(ends)
    const notSupported = expect.objectContaining({ code: WSE_ERROR.NOT_SUPPORTED })
    expect(() => client.send('blob', Uint8Array.of(1))).toThrow(notSupported)
    await expect(client.call('blob', Uint8Array.of(1))).rejects.toEqual(notSupported)
    client.register('blob', () => Uint8Array.of(1))
    peer.send(['blob', null, 'a'])
    expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.NOT_SUPPORTED }, 'a'])
    expect(client.send('text', 'still here')).toBe('sent')
    expect(await peer.next()).toEqual(['text', 'still here'])
  })

  test('bytes that were queued before it was known are told of: NOT_SUPPORTED', async (ends) => {
    const stage = await ends.stage()
    const client = ends.client(stage.url, { re: true })
    const errors: unknown[] = []
    client.when.error(({ code }) => errors.push(code))
    const connecting = client.connect('ann')
    client.send('before', 1)
    client.send('blob', Uint8Array.of(1))
    const call = expect(client.call('blob', Uint8Array.of(1))).rejects.toMatchObject({
      code: WSE_ERROR.NOT_SUPPORTED,
      details: { certainty: 'not-sent' },
    })
    client.send('after', 2)
    const peer = await stage.next()
    await peer.next()
    peer.welcome({ version: 4 })
    await connecting
    await call
    expect(errors).toEqual([WSE_ERROR.NOT_SUPPORTED])
    expect(await peer.next()).toEqual(['before', 1])
    expect(await peer.next()).toEqual(['after', 2])
  })

  test('calls that were queued before it was known are answered', async (ends) => {
    const stage = await ends.stage()
    const client = ends.client(stage.url, { re: true })
    const connecting = client.connect('ann')
    const call = client.call('add', 1, { timeout: 5_000 })
    const peer = await stage.next()
    await peer.next()
    peer.welcome({ version: 4 })
    await connecting
    const [type, payload, stamp] = (await peer.next()) as unknown[]
    expect([type, payload]).toEqual(['add', 1])
    peer.send(['~wse:response', 2, stamp])
    expect(await call).toBe(2)
  })

  test('nothing is sent for 10 minutes of silence, and it stays connected', async (ends) => {
    const { client, peer } = await welcomed(ends, { re: true })
    const log = clientLog(client)
    await ends.clock.advance(600_000)
    await idle()
    expect([client.status, log]).toEqual([WSE_STATUS.READY, []])
    const heard = new Promise((resolve) => client.channel.on('news', resolve))
    peer.send(['news', 1, null])
    expect(await heard).toBe(1)
    client.send('chat', 2)
    expect(await peer.next()).toEqual(['chat', 2])
  })

  test('an answer that comes late is dropped, never answered', async (ends) => {
    const { client, peer } = await welcomed(ends)
    const call = expect(client.call('slow', null, { timeout: 10 })).rejects.toMatchObject({
      code: WSE_ERROR.RP_TIMEOUT,
    })
    const [, , stamp] = (await peer.next()) as unknown[]
    await ends.clock.advance(10)
    await call
    peer.send(['~wse:response', 'late', stamp])
    peer.send(['~wse:response-err', { code: 'wse.server.rp.not-registered' }, stamp])
    peer.send(['nope', null, 'a'])
    expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.RP_NOT_REGISTERED }, 'a'])
  })
})

behaviour('our client reads what a WSE 4 server closes with', (test) => {
  const refusals: Record<string, string> = {
    'wse.not-authorized': WSE_ERROR.NOT_AUTHORIZED,
    'wse.protocol-error': WSE_ERROR.PROTOCOL_VIOLATION,
    'wse.clients-concurrency': WSE_ERROR.DISPLACED,
    'wse.by-server': WSE_ERROR.CONNECT_FAILED,
  }
  for (const [reason, code] of Object.entries(refusals)) {
    test(`1000 '${reason}' before the welcome rejects connect() with ${code}, also with re`, async (ends) => {
      const stage = await ends.stage()
      const client = ends.client(stage.url, { re: true })
      const failed = expect(client.connect('ann')).rejects.toMatchObject({
        code,
        details: { disconnected: [1000, reason] },
      })
      const peer = await stage.next()
      await peer.next()
      peer.close(1000, reason)
      await failed
      expect(client.status).toBe(WSE_STATUS.OFFLINE)
    })

    test(`1000 '${reason}' later is final`, async (ends) => {
      const { stage, client, peer } = await welcomed(ends, { re: true })
      const closed = client.when.closed()
      peer.close(1000, reason)
      expect(await closed).toEqual([1000, reason])
      await ends.clock.advance(60_000)
      await idle()
      expect([client.status, stage.unmet]).toEqual([WSE_STATUS.OFFLINE, 0])
    })
  }

  for (const code of [1011, 1012, 1013]) {
    test(`${code} lets it come back`, async (ends) => {
      const { stage, client, peer } = await welcomed(ends, { re: true })
      const attempts = retries(client)
      peer.close(code, 'try later')
      await ends.clock.advance((await attempts.next()).delay)
      const again = await stage.next()
      await again.next()
      const ready = client.when.ready()
      again.welcome({ version: 4, payload: 'hi again' })
      expect(await ready).toEqual(['hi again', { resumed: false }])
    })
  }
})
