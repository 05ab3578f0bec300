import { WSE_ERROR, WSE_STATUS } from '@wse/client'
import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'

behaviour('WSE 4 on its client', (test) => {
  test('defect 9: taking one listener back took an innocent one with it', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    const heard: string[] = []
    client.when.closed(() => heard.push('mine'))
    const off = client.when.closed(() => heard.push('theirs'))
    await client.connect('ann')
    off()
    off()
    await client.disconnect()
    expect(heard).toEqual(['mine'])
  })

  test('defect 10: close() did not stop a client that was coming back', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const retrying = client.when.retrying()
    for (const conn of server.clients.get('ann')?.conns.values() ?? []) conn.terminate()
    await retrying
    await client.close()
    await ends.clock.advance(120_000)
    expect([client.status, server.clients.size]).toEqual([WSE_STATUS.OFFLINE, 0])
  })

  test('defect 11: connect() that was refused, and jump() to a dead server, never settled', async (ends) => {
    const { url } = await ends.server({ identify: ({ refuse }) => refuse() })
    const refused = ends.client(url, { re: true })
    await expect(refused.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED })
    const { url: alive } = await ends.server()
    const client = ends.client(alive)
    await client.connect('ann')
    await expect(client.jump(await ends.nowhere())).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    expect(client.status).toBe(WSE_STATUS.READY)
  })

  test('defect 11: a challenge without anyone to solve it never settled', async (ends) => {
    const { server, url } = await ends.server()
    server.useChallenge((_identity, _meta, quest) => quest('?'))
    await expect(ends.client(url).connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.INVALID_CRA_HANDLER })
  })

  test('defect 12: connect() while coming back opened a second socket', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 5 })
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const retrying = client.when.retrying()
    for (const conn of server.clients.get('ann')?.conns.values() ?? []) conn.terminate()
    await retrying
    await expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CLIENT_ALREADY_CONNECTED })
    const ready = client.when.ready()
    await ends.clock.advance(15_000)
    await ready
    expect(server.clients.get('ann')?.conns.size).toBe(1)
  })

  test('defect 15: a listener of closed that threw left the client READY with a dead socket', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    client.when.closed(() => {
      throw new Error('mine')
    })
    const reported = client.when.error()
    server.dropClient('ann')
    expect((await reported).message).toBe('mine')
    expect(client.status).toBe(WSE_STATUS.OFFLINE)
  })

  test('defect 19: a server closing with 4000 made a client without re come back, hundreds of times a second', async (ends) => {
    const stage = await ends.stage()
    for (const re of [false, true]) {
      const client = ends.client(stage.url, { re })
      const refused = expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
      const peer = await stage.next()
      await peer.next()
      peer.close(4000, 'jump')
      await refused
      await ends.clock.advance(60_000)
      expect(stage.unmet).toBe(0)
    }
  })

  test('defect 21: jump dropped what was under way, and ignored the identity it was given', async (ends) => {
    const { server: first, url } = await ends.server()
    const { url: second } = await ends.server()
    let answer = (_: unknown) => {}
    const asked = new Promise((resolve) => {
      first.register('slow', () => {
        resolve(null)
        return new Promise((done) => {
          answer = done
        })
      })
    })
    const client = ends.client(url)
    await client.connect('ann')
    const call = client.call('slow')
    await asked
    await client.jump(second, 'bob')
    expect(client.cid).toBe('bob')
    answer('still answered')
    expect(await call).toBe('still answered')
  })

  test('defect 22: a client came back every one to two seconds for ever, with the identity of the first time', async (ends) => {
    const { url, server } = await ends.server()
    const client = ends.client(url, { re: true })
    const attempts: number[] = []
    await client.connect(({ attempt }: { attempt: number }) => {
      attempts.push(attempt)
      return 'ann'
    })
    const delays: number[] = []
    client.when.retrying(({ delay }) => delays.push(delay))
    await server.close()
    while (delays.length === 0) await ends.clock.settle()
    await ends.clock.advance(1_000)
    while (delays.length === 1) await ends.clock.settle()
    expect(attempts.length).toBeGreaterThan(1)
    expect(attempts).toEqual(attempts.map((_, i) => i + 1))
    expect(delays.every((delay) => delay >= 250 && delay <= 4_000)).toBe(true)
  })

  test('defect 23: updated came before status changed, and connect() rejected with a text', async (ends) => {
    const { url } = await ends.server({ identify: ({ refuse }) => refuse() })
    const client = ends.client(url)
    const seen: boolean[] = []
    client.when.updated((status) => seen.push(status === client.status))
    const error = await client.connect('ann').catch((thrown) => thrown)
    expect([error instanceof Error, seen.length > 0, seen.every(Boolean)]).toEqual([true, true, true])
  })

  test('defect 9: a call under way when the link closed took a listener of closed with it', async (ends) => {
    const { server, url } = await ends.server()
    server.register('never', () => new Promise(() => {}))
    const client = ends.client(url)
    const heard: unknown[] = []
    await client.connect('ann')
    const refused = expect(client.call('never')).rejects.toMatchObject({ code: WSE_ERROR.RP_DISCONNECT })
    client.when.closed((_, reason) => heard.push(reason))
    await client.disconnect('first')
    await refused
    await client.connect('ann')
    await client.disconnect('second')
    expect(heard).toEqual(['first', 'second'])
  })
})
