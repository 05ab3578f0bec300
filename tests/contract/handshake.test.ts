import { WSE_ERROR, type WseError } from '@wse/client'
import { defineContract, type Schema } from '@wse/protocol'
import type { ChallengeGenerator, WseServerOptions } from '@wse/server'
import * as v from 'valibot'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

/** A schema written by hand. */
const schemaOf = (validate: (value: unknown) => unknown) =>
  ({ '~standard': { version: 1, vendor: 'test', validate } }) as Schema<never>

const REFUSED = { issues: [{ message: 'secret' }] }
const refusesLater = schemaOf(async () => REFUSED)
const refuses = schemaOf(() => REFUSED)
const Day = v.pipe(
  v.string(),
  v.transform((text) => new Date(text)),
)
const SINCE = '2026-01-02T03:04:05.000Z'

interface Parts {
  readonly identity?: Schema
  readonly meta?: Schema
  readonly welcome?: Schema
  readonly challenge?: { readonly quest: Schema; readonly answer: Schema }
}

/** A server with this contract, whose peers say what they like. */
async function keeping(ends: Ends, parts: Parts, options: Partial<WseServerOptions> = {}) {
  const contract = defineContract(parts)
  const errors: WseError[] = []
  const identify: WseServerOptions['identify'] = ({ accept }) => accept('ann')
  const { server, url } = await ends.server({ heartbeat: false, contract, outgoing: 'always', identify, ...options })
  server.when.error((error) => errors.push(error))
  return { server, url, contract, errors }
}

const hi = (identity: unknown, meta: unknown = {}) => ['~wse:hi', { identity, meta, v: 5 }]

behaviour('a handshake by contract', (test) => {
  test('refuses once where both parts do not fit, one of them later', async (ends) => {
    const { url, errors } = await keeping(ends, { identity: refusesLater, meta: refuses })
    const peer = ends.peer(url)
    peer.send(hi('x'))
    expect((await peer.closed).code).toBe(4501)
    await idle()
    expect(errors.map(({ code }) => code)).toEqual([WSE_ERROR.INVALID_PAYLOAD])
  })

  for (const [what, identity] of [
    [
      'throws',
      schemaOf(() => {
        throw new Error('db')
      }),
    ],
    ['rejects', schemaOf(() => Promise.reject(new Error('db')))],
  ] as const) {
    test(`asks to try again where a schema ${what}, and tells the client nothing of it`, async (ends) => {
      const { url, errors } = await keeping(ends, { identity })
      const peer = ends.peer(url)
      peer.send(hi('x'))
      expect(await peer.closed).toMatchObject({ code: 4009, reason: 'wse.try-again' })
      expect(errors).toMatchObject([{ code: WSE_ERROR.IDENTIFY_FAILED }])
    })
  }

  test('runs into its time-out where a schema never decides', async (ends) => {
    const { server, url } = await keeping(ends, { identity: schemaOf(() => new Promise(() => {})) })
    const peer = ends.peer(url)
    peer.send(hi('x'))
    await until(() => server.inspect().handshakes === 1 && server.inspect().strangers === 0)
    await ends.clock.advance(5_000)
    expect((await peer.closed).code).toBe(4009)
  })

  test('reads identity and meta once, though a challenge is put before', async (ends) => {
    let reads = 0
    const count = schemaOf((value) => ({ value: { value, read: ++reads } }))
    const { server, url } = await keeping(ends, { identity: count, meta: count })
    const seen: unknown[] = []
    server.useChallenge((identity, meta, quest) => {
      seen.push(identity, meta)
      quest('who?')
    })
    const client = ends.client(url)
    client.challenge((_, solve) => solve('me'))
    await client.connect('ann', { device: 'phone' })
    const conn = connOf(server, 'ann')
    expect(reads).toBe(2)
    expect([conn.identity, conn.meta]).toEqual(seen)
  })

  for (const when of ['at once', 'later'] as const) {
    test(`asks to try again where a quest put ${when} does not fit`, async (ends) => {
      const challenge = { quest: v.object({ nonce: v.string() }), answer: v.string() }
      const { server, url, errors } = await keeping(ends, { challenge })
      const generator: ChallengeGenerator = (_identity, _meta, quest) => {
        if (when === 'at once') quest(4711)
        else queueMicrotask(() => quest(4711))
      }
      server.useChallenge(generator)
      const peer = ends.peer(url)
      peer.send(hi('x'))
      expect((await peer.closed).code).toBe(4009)
      expect(errors).toMatchObject([{ code: WSE_ERROR.IDENTIFY_FAILED }])
    })
  }

  test('refuses an answer to a challenge that does not fit', async (ends) => {
    const challenge = { quest: v.string(), answer: v.string() }
    const { server, url, errors } = await keeping(ends, { challenge })
    server.useChallenge((_identity, _meta, quest) => quest('who?'))
    const peer = ends.peer(url)
    peer.send(hi('x'))
    await peer.next()
    peer.send(['~wse:challenge', 4711])
    expect((await peer.closed).code).toBe(4501)
    expect(errors).toMatchObject([{ code: WSE_ERROR.INVALID_PAYLOAD }])
    expect(errors[0]?.message).not.toContain('4711')
  })
})

behaviour('a renewal by contract', (test) => {
  const parts = { identity: v.object({ token: Day }), meta: v.object({ since: Day }) }

  test('reads the identity anew, and what was read of meta stays as it is', async (ends) => {
    const { server, url, contract } = await keeping(ends, parts)
    const client = ends.client(url, { contract, outgoing: 'always' })
    await client.connect({ token: SINCE }, { since: SINCE })
    await client.refresh({ token: '2027-01-02T03:04:05.000Z' })
    const conn = connOf(server, 'ann')
    expect([conn.identity, conn.meta]).toEqual([
      { token: new Date('2027-01-02T03:04:05.000Z') },
      { since: new Date(SINCE) },
    ])
  })

  test('says nothing that does not fit, where the client looks', async (ends) => {
    const { url, contract } = await keeping(ends, parts)
    const client = ends.client(url, { contract, outgoing: 'always' })
    await client.connect({ token: SINCE }, { since: SINCE })
    await expect(client.refresh({ token: 5 })).rejects.toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD })
    expect(client.status).toBe('READY')
  })

  test('is over, without an answer, where a schema never decides', async (ends) => {
    let stuck = false
    const identity = schemaOf((value) => (stuck ? new Promise(() => {}) : { value }))
    const { server, url } = await keeping(ends, { identity })
    const client = ends.client(url)
    await client.connect('ann')
    stuck = true
    const refreshed = client.refresh('ann').catch((error) => error)
    await until(() => server.inspect().refreshes === 1)
    await ends.clock.advance(5_000)
    expect(await refreshed).toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED })
    expect(server.inspect().refreshes).toBe(0)
  })
})

behaviour('a client of a contract', (test) => {
  test('sends null where that is its identity, or meta', async (ends) => {
    const parts = { identity: v.nullable(v.string()), meta: v.nullable(v.object({ device: v.string() })) }
    const { server, url, contract } = await keeping(ends, parts)
    server.useChallenge((_identity, _meta, quest) => quest('who?'))
    const client = ends.client(url, { contract, outgoing: 'always' })
    client.challenge((_, solve) => solve('me'))
    await client.connect(null, null)
    const conn = connOf(server, 'ann')
    expect([conn.identity, conn.meta]).toEqual([null, null])
  })

  test('may leave its identity out where the contract lets it', async (ends) => {
    const { server, url, contract } = await keeping(ends, { identity: v.optional(v.string(), 'nobody') })
    const client = ends.client(url, { contract, outgoing: 'always' })
    await client.connect()
    expect(connOf(server, 'ann').identity).toBe('nobody')
  })

  for (const [what, welcome] of [
    ['refuses', refusesLater],
    ['rejects', schemaOf(() => Promise.reject(new Error('bug')))],
  ] as const) {
    test(`gives up, for good, on a welcome whose schema takes its time and ${what}`, async (ends) => {
      const { url, contract } = await keeping(ends, { welcome })
      const client = ends.client(url, { contract, re: true })
      await expect(client.connect()).rejects.toMatchObject({ code: WSE_ERROR.INVALID_OPTION })
      await idle()
    })
  }

  test('rejects, for good, a welcome that does not fit', async (ends) => {
    const { url, contract } = await keeping(ends, { welcome: v.string() }, { outgoing: 'never' })
    const client = ends.client(url, { contract, re: true })
    await expect(client.connect()).rejects.toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD })
  })
})
