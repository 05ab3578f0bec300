import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { deferred } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from '../threats/alive.js'

const PAYLOADS = [undefined, null, 0, '', false]

behaviour('WSE 4 on the wire', (test) => {
  test('defect 1: a frame nested too deep ended the process', async (ends) => {
    const { server, url } = await startServer(ends)
    server.channel.on('n', (conn, payload) => conn.send('n', payload))
    const peer = ends.peer(url)
    await peer.greet({ identity: 'mallory' })
    peer.send(`["n",${'['.repeat(30_000)}${']'.repeat(30_000)}]`)
    expect((await peer.closed).code).toBe(4500)
    await expectAlive(ends, url)
  })

  test('defect 5: a handler that threw null ended the process, and so did an error with a circle', async (ends) => {
    const { server, url } = await startServer(ends)
    const circle = Object.assign(new Error('round'), { details: {} as Record<string, unknown> })
    circle.details.self = circle
    for (const [name, thrown] of Object.entries({ nothing: null, circle, bigint: 1n })) {
      server.register(name, () => {
        throw thrown
      })
    }
    const client = ends.client(url)
    await client.connect('ann')
    for (const name of ['nothing', 'circle', 'bigint']) {
      await expect(client.call(name)).rejects.toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED })
    }
    await expectAlive(ends, url)
  })

  test('defect 5: a client that answered after its link had closed ended its process', async (ends) => {
    const { server, url } = await startServer(ends)
    const connected = server.when.connected()
    const [asked, answers] = [deferred(), [deferred(), deferred()]]
    let calls = 0
    const client = ends.client(url)
    client.register('ask', () => {
      const answer = answers[calls++]
      if (calls === answers.length) asked.resolve(null)
      return answer?.promise
    })
    await client.connect('ann')
    const conn = await connected
    const refused = [1, 2].map((n) => conn.call('ask', n).catch((error) => error.code))
    await asked.promise
    await client.disconnect()
    answers[0]?.resolve('late')
    answers[1]?.reject(new Error('late'))
    expect(await Promise.all(refused)).toEqual([WSE_ERROR.RP_DISCONNECT, WSE_ERROR.RP_DISCONNECT])
    await expectAlive(ends, url)
  })

  test('defect 26: undefined became null, and null undefined', async (ends) => {
    const { server, url } = await startServer(ends)
    const heard: unknown[] = []
    server.channel.on('n', (_, payload) => heard.push(payload))
    const client = ends.client(url)
    await client.connect('ann')
    for (const payload of PAYLOADS) client.send('n', payload)
    const came: unknown[] = []
    server.register('take', (_, payload) => came.push(payload))
    for (const payload of PAYLOADS) await client.call('take', payload)
    // Before a stamp, an absent payload is written as null: that is the one exception.
    expect([heard, came]).toStrictEqual([PAYLOADS, [null, ...PAYLOADS.slice(1)]])
  })

  test('defect 27: anything at all in third place made a message a call', async (ends) => {
    const { server, url } = await startServer(ends)
    const called: unknown[] = []
    server.register('steal', (_, payload) => called.push(payload))
    for (const stamp of [true, {}, [], -1, 0.5]) {
      const peer = ends.peer(url)
      await peer.greet({ identity: 'mallory' })
      peer.send(['steal', 1, stamp])
      expect((await peer.closed).code).toBe(4500)
    }
    expect(called).toEqual([])
    await expectAlive(ends, url)
  })

  test('defect 27: a message and a call of one name were one', async (ends) => {
    const { server, url } = await startServer(ends)
    const seen: string[] = []
    server.channel.on('both', () => seen.push('message'))
    server.register('both', () => seen.push('call'))
    const client = ends.client(url)
    await client.connect('ann')
    client.send('both')
    await client.call('both')
    expect(seen).toEqual(['message', 'call'])
  })

  test('defect 29: what was sent to a closed socket was lost without a word', async (ends) => {
    const { server, url } = await startServer(ends)
    const connected = server.when.connected()
    const client = ends.client(url)
    await client.connect('ann')
    const conn = await connected
    const left = server.when.left()
    await client.disconnect()
    await left
    expect([conn.send('late'), conn.client.send('late')]).toEqual(['dropped', 'dropped'])
    await expect(conn.call('late')).rejects.toMatchObject({ details: { certainty: 'not-sent' } })
  })
})
