import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'

behaviour('WSE 4 on who comes in', (test) => {
  test('defect 2: accept(false) let the refused client in, and ran its messages and calls', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ accept }) => accept(false) })
    const seen: unknown[] = []
    server.when.joined(() => seen.push('joined'))
    server.when.connected(() => seen.push('connected'))
    server.channel.on('chat', () => seen.push('chat'))
    server.register('steal', () => seen.push('steal'))
    const peer = ends.peer(url)
    for (const frame of [
      ['~wse:hi', { identity: 'x', meta: {} }],
      ['chat', 1],
      ['steal', 1, 'abc'],
    ])
      peer.send(frame)
    expect(await peer.closed).toEqual({ code: 1000, reason: 'wse.not-authorized' })
    expect([seen, server.clients.size, peer.received]).toEqual([[], 0, []])
  })

  test('defect 5: an identify that rejected ended the process, and the client waited for ever', async (ends) => {
    const { server, url } = await ends.server({ identify: async () => Promise.reject(new Error('no database')) })
    const reported = server.when.error()
    const client = ends.client(url)
    await expect(client.connect()).rejects.toMatchObject({ details: { disconnected: [4009, 'wse.try-again'] } })
    expect((await reported)[0]).toMatchObject({ code: WSE_ERROR.IDENTIFY_FAILED })
  })

  test('defect 6: a client that left while identify was at work was registered for ever', async (ends) => {
    let accept = () => {}
    const { server, url } = await ends.server({
      identify: (context) => {
        accept = () => context.accept('ghost')
      },
    })
    const client = ends.client(url)
    const connecting = expect(client.connect('ghost')).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    while (server.inspect().strangers !== 0 || server.inspect().handshakes !== 1) await ends.clock.settle()
    await client.disconnect()
    await connecting
    while (server.inspect().links !== 0) await ends.clock.settle()
    accept()
    expect([server.clients.size, server.send('ghost', 'news')]).toEqual([0, { sent: 0, queued: 0, dropped: 0 }])
  })

  test('defect 7: one quest took any number of answers at once, and joined got an empty meta', async (ends) => {
    let asked = 0
    const { server, url } = await ends.server({
      identify: async ({ challenge, accept, refuse }) => {
        asked++
        await Promise.resolve()
        challenge?.response === 5 ? accept('ann') : refuse()
      },
    })
    server.useChallenge((_identity, _meta, quest) => quest('?'))
    const peer = ends.peer(url)
    peer.send(['~wse:hi', { identity: 'ann', meta: { device: 'd' }, v: 5 }])
    await peer.next()
    for (let i = 1; i < 9; i++) peer.send(['~wse:challenge', i])
    await peer.closed
    expect([asked, server.clients.size]).toEqual([1, 0])

    const joined = server.when.joined()
    const client = ends.client(url)
    client.challenge((_quest, solve) => solve(5))
    await client.connect('ann', { device: 'd' })
    expect((await joined)[1]).toEqual({ device: 'd' })
  })

  test('defect 16: frames sent while identify was at work were lost', async (ends) => {
    const { server, url } = await ends.server({
      identify: async ({ accept }) => {
        await Promise.resolve()
        accept('ann')
      },
    })
    const heard: unknown[] = []
    server.channel.on('n', (_, n) => heard.push(n))
    server.register('last', () => 'done')
    const peer = ends.peer(url)
    peer.send(['~wse:hi', { identity: 'ann', meta: {} }])
    for (let i = 0; i < 5; i++) peer.send(['n', i, null])
    peer.send(['last', null, 'stamp'])
    expect(await peer.next()).toEqual(['~wse:welcome'])
    expect(await peer.next()).toEqual(['~wse:response', 'done', 'stamp'])
    expect(heard).toEqual([0, 1, 2, 3, 4])
  })

  test('defect 25: accept called again, or after refuse, made two users of one socket', async (ends) => {
    const { server, url } = await ends.server({
      identify: ({ accept, refuse }) => {
        accept('one')
        accept('two')
        refuse()
      },
    })
    const client = ends.client(url)
    await client.connect()
    expect([client.cid, [...server.clients.keys()]]).toEqual(['one', ['one']])
  })

  test('defect 26: a __proto__ in meta replaced its prototype', async (ends) => {
    const { server, url } = await ends.server()
    const connected = server.when.connected()
    ends.peer(url).send('["~wse:hi",{"identity":"ann","meta":{"__proto__":{"isAdmin":true}}},null]')
    expect((await connected).meta.isAdmin).toBeUndefined()
  })

  test('defect 7: in place of an answer any other frame ran identify, too', async (ends) => {
    let asked = 0
    const { server, url } = await ends.server({
      identify: ({ accept }) => {
        asked++
        accept('ann')
      },
    })
    server.useChallenge((_identity, _meta, quest) => quest('?'))
    for (const frame of [
      ['~wse:hi', { identity: 'ann', meta: {} }],
      ['chat', 5],
      ['add', { a: 1 }, 1],
      ['~wse:response', 5, 1],
    ]) {
      const peer = ends.peer(url)
      peer.send(['~wse:hi', { identity: 'ann', meta: {}, v: 5 }])
      expect(await peer.next()).toEqual(['~wse:challenge', '?'])
      peer.send(frame)
      expect((await peer.closed).code).toBe(4500)
    }
    expect([asked, server.clients.size]).toEqual([0, 0])
  })

  test('defect 25: accept after refuse let in whom it had sent away', async (ends) => {
    const { server, url } = await ends.server({
      identify: ({ accept, refuse }) => {
        refuse()
        accept('ann')
      },
    })
    await expect(ends.client(url).connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED })
    expect(server.clients.size).toBe(0)
  })
})
