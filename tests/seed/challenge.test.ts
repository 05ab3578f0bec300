import type { Identify } from '@wse/server'
import { WSE_CLOSE, WSE_ERROR, WSE_REASON } from '@wse/server'
import { expect } from 'vitest'
import { deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

interface Sum {
  a: number
  b: number
}

/** Accepts who can add. */
const adders: Identify = ({ identity, challenge, accept, refuse }) =>
  challenge && challenge.response === challenge.quest.a + challenge.quest.b ? accept(identity, challenge) : refuse()

const add = ({ a, b }: Sum, solve: (sum: number) => void) => solve(a + b)
const notAuthorized = { code: WSE_ERROR.NOT_AUTHORIZED }

behaviour('a challenge', { codecs: 'all' }, (test) => {
  test('[W4] is put to the client, and identify gets quest and answer', async (ends) => {
    const { server, url } = await ends.server({ identify: adders })
    server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
    const client = ends.client(url)
    client.challenge(add)
    expect(await client.connect('ann')).toEqual({ quest: { a: 1, b: 2 }, response: 3 })
    expect(client.cid).toBe('ann')
  })

  test('[W4] may be put and answered later', async (ends) => {
    const { server, url } = await ends.server({ identify: adders })
    server.useChallenge(async (_identity, _meta, quest) => {
      await idle(2)
      quest({ a: 20, b: 22 })
    })
    const client = ends.client(url)
    client.challenge(async (quest, solve) => {
      await idle(2)
      add(quest, solve)
    })
    expect(await client.connect('ann')).toMatchObject({ response: 42 })
  })

  test('[W4] is made for who the client says it is', async (ends) => {
    const { server, url } = await ends.server({ identify: adders })
    const seen: unknown[] = []
    server.useChallenge((identity, meta, quest) => {
      seen.push(identity, meta)
      quest({ a: 1, b: 1 })
    })
    const client = ends.client(url)
    client.challenge(add)
    const joined = server.when.joined()
    await client.connect('ann', { device: 'phone' })
    expect(seen).toEqual(['ann', { device: 'phone' }])
    const [identity, meta] = await joined
    expect([identity.meta, meta]).toEqual([{ device: 'phone' }, { device: 'phone' }])
  })

  test('[W4] answered wrongly is a refusal', async (ends) => {
    const { server, url } = await ends.server({ identify: adders })
    server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
    const client = ends.client(url)
    client.challenge((_quest, solve) => solve(0))
    await expect(client.connect('ann')).rejects.toMatchObject(notAuthorized)
    expect(server.clients.size).toBe(0)
  })

  test('may be refused before it is put', async (ends) => {
    const identified: unknown[] = []
    const { server, url } = await ends.server({ identify: ({ identity }) => identified.push(identity) })
    server.useChallenge((_identity, _meta, _quest, refuse) => refuse())
    const client = ends.client(url)
    client.challenge(add)
    await expect(client.connect('ann')).rejects.toMatchObject(notAuthorized)
    expect(identified).toEqual([])
  })

  test('that a client leaves halfway reaches nobody', async (ends) => {
    const identified: unknown[] = []
    const { server, url } = await ends.server({ identify: ({ identity }) => identified.push(identity) })
    server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
    const asked = deferred<(sum: number) => void>()
    const client = ends.client(url)
    client.challenge((_quest, solve) => asked.resolve(solve))
    const left = expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    const solve = await asked.promise
    await client.disconnect()
    await left
    solve(3)
    await until(() => server.inspect().links === 0)
    expect(identified).toEqual([])
  })

  test('that is never answered is given up after three times the time of a handshake', async (ends) => {
    const { server, url } = await ends.server({ identify: adders, limits: { handshakeTimeout: 2_000 } })
    server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
    const asked = deferred()
    const client = ends.client(url, { connectTimeout: 60_000 })
    client.challenge(() => asked.resolve(null))
    const failed = expect(client.connect('ann')).rejects.toMatchObject({
      details: { disconnected: [WSE_CLOSE.HANDSHAKE_TIMEOUT, WSE_REASON.HANDSHAKE_TIMEOUT] },
    })
    await asked.promise
    await ends.clock.advance(5_999)
    expect(server.inspect().handshakes).toBe(1)
    await ends.clock.advance(1)
    await failed
  })

  test('takes one answer: a second is a fault, and identify runs once', async (ends) => {
    const answers: unknown[] = []
    const { server, url } = await ends.server({ identify: ({ challenge }) => answers.push(challenge?.response) })
    server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
    const peer = ends.peer(url)
    peer.hi({ identity: 'ann' })
    await peer.next()
    for (const guess of [1, 2, 3]) peer.send(['~wse:challenge', guess])
    expect(await peer.closed).toEqual({ code: WSE_CLOSE.MALFORMED, reason: WSE_REASON.PROTOCOL_ERR })
    expect(answers).toEqual([1])
  })

  test('without anyone to answer it rejects connect() at once', async (ends) => {
    const { server, url } = await ends.server({ identify: adders })
    server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
    await expect(ends.client(url, { re: true }).connect('ann')).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_CRA_HANDLER,
    })
  })

  for (const how of ['throws', 'rejects'] as const) {
    test(`whose handler ${how} rejects connect() with the cause`, async (ends) => {
      const { server, url } = await ends.server({ identify: adders })
      server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
      const client = ends.client(url, { re: true })
      client.challenge(() => {
        if (how === 'rejects') return Promise.reject(new Error('no key'))
        throw new Error('no key')
      })
      await expect(client.connect('ann')).rejects.toMatchObject({
        code: WSE_ERROR.CHALLENGE_FAILED,
        cause: { message: 'no key' },
      })
    })

    test(`whose generator ${how} is a fault of the server: the client may try again`, async (ends) => {
      const { server, url } = await ends.server({ identify: adders })
      server.useChallenge(() => {
        if (how === 'rejects') return Promise.reject(new Error('no nonce'))
        throw new Error('no nonce')
      })
      const failed = server.when.error()
      await expect(ends.client(url).connect('ann')).rejects.toMatchObject({
        details: { disconnected: [WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN] },
      })
      expect((await failed)[0]).toMatchObject({ code: WSE_ERROR.IDENTIFY_FAILED, cause: { message: 'no nonce' } })
    })
  }

  test('is refused as a challenge where it is no function', async (ends) => {
    const { server, url } = await ends.server()
    const nothing = null as unknown as () => void
    expect(() => server.useChallenge(nothing)).toThrow(
      expect.objectContaining({ code: WSE_ERROR.INVALID_CRA_GENERATOR }),
    )
    expect(() => ends.client(url).challenge(nothing)).toThrow(
      expect.objectContaining({ code: WSE_ERROR.INVALID_CRA_HANDLER }),
    )
  })

  test('may be any value, and so may its answer', async (ends) => {
    const values = [null, 0, '', [1, [2]], { deep: { er: true } }]
    for (const value of values) {
      const { server, url } = await ends.server({ identify: ({ challenge, accept }) => accept('ann', challenge) })
      server.useChallenge((_identity, _meta, quest) => quest(value))
      const client = ends.client(url)
      client.challenge((quest, solve) => solve(quest))
      expect(await client.connect()).toEqual({ quest: value, response: value })
    }
  })
})
