import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'

behaviour('WSE 4 on calls', (test) => {
  test('defect 3: a late answer was answered, and that answer too, for ever', async (ends) => {
    const { server, url } = await ends.server()
    let answer = (_: unknown) => {}
    server.register(
      'slow',
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const client = ends.client(url)
    await client.connect('ann')
    const refused = expect(client.call('slow', null, { timeout: 100 })).rejects.toMatchObject({
      code: WSE_ERROR.RP_TIMEOUT,
    })
    while ([...server.clients.values()].length === 0) await ends.clock.settle()
    await client.call('nothing').catch(() => {})
    await ends.clock.advance(100)
    await refused
    answer('late')
    const peer = ends.peer(url)
    await peer.greet({ identity: 'bob', version: 4 })
    peer.send(['~wse:response', 'late', 'ZjztyY9de3'])
    peer.send(['~wse:response-err', { code: 'x' }, 'ZjztyY9de3'])
    peer.send(['unknown', null, 'last'])
    expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.RP_NOT_REGISTERED }, 'last'])
    expect(peer.received.length).toBe(2)
  })

  test('defect 4: any client could answer the call made to another', async (ends) => {
    const { server, url } = await ends.server()
    const [alice, mallory] = [ends.peer(url), ends.peer(url)]
    await alice.greet({ identity: 'alice', version: 4 })
    await mallory.greet({ identity: 'mallory', version: 4 })
    const [conn] = server.clients.get('alice')?.conns.values() ?? []
    const answer = conn?.call('ask')
    const [, , stamp] = (await alice.next()) as unknown[]
    mallory.send(['~wse:response', 'FORGED', stamp])
    mallory.send(['nope', 1, 'sync'])
    await mallory.next()
    alice.send(['~wse:response', 'hers', stamp])
    expect(await answer).toBe('hers')
  })

  test('defect 5: a handler rejecting with undefined, or with a circle, ended the process', async (ends) => {
    const { server, url } = await ends.server()
    const circle: Record<string, unknown> = {}
    circle.self = circle
    server.register('nothing', () => Promise.reject())
    server.register('circle', () => Promise.reject(circle))
    server.channel.on('boom', () => Promise.reject(new Error('async')))
    const client = ends.client(url)
    await client.connect('ann')
    client.send('boom')
    for (const rpc of ['nothing', 'circle']) {
      await expect(client.call(rpc)).rejects.toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED })
    }
  })

  test('defect 8: a call to a client lost its end when any other client left', async (ends) => {
    const { server, url } = await ends.server()
    const [ann, bob] = [ends.client(url), ends.client(url)]
    ann.register('never', () => new Promise(() => {}))
    await ann.connect('ann')
    await bob.connect('bob')
    const [conn] = server.clients.get('ann')?.conns.values() ?? []
    const refused = expect(conn?.call('never', null, { timeout: 0 })).rejects.toMatchObject({
      code: WSE_ERROR.RP_DISCONNECT,
      details: { disconnected: [1000, 'gone'] },
    })
    const left = server.when.left()
    await bob.disconnect()
    await left
    await ann.disconnect('gone')
    await refused
  })

  test('defect 17: stack and payload of a failed call travelled to the other end', async (ends) => {
    const { server, url } = await ends.server()
    server.register('fail', () => {
      throw new Error('at /srv/app.js with secret')
    })
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann', version: 4 })
    peer.send(['fail', { password: 'hunter2' }, 'abc'])
    const answer = JSON.stringify(await peer.next())
    expect(answer).toContain(WSE_ERROR.RP_EXECUTION_FAILED)
    expect(answer).not.toMatch(/hunter2|secret|srv|stack/)
  })

  test('defect 27: an application could send and register the names of the protocol', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const invalid = expect.objectContaining({ code: WSE_ERROR.INVALID_NAME })
    expect(() => client.send('~wse:welcome')).toThrow(invalid)
    expect(() => server.register('~wse:hi', () => {})).toThrow(invalid)
  })

  test('defect 28: what was thrown as a text was lost, and when.error got the raw error', async (ends) => {
    const { server, url } = await ends.server()
    server.register('fail', () => {
      throw 'only a text'
    })
    const reported = server.when.error()
    const client = ends.client(url)
    await client.connect('ann')
    await client.call('fail').catch(() => {})
    const [error] = await reported
    expect(error).toMatchObject({ type: 'wse-error', cause: 'only a text' })
    expect(error.message).toContain('only a text')
  })
})
