import { WSE_ERROR, WSE_STATUS, type WseClient } from '@wse/client'
import type { ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { retries } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import type { Stage } from '../fixtures/stage.js'

/** A link that the test plays the server of, and what its client said first. */
interface Met {
  readonly peer: ScriptedPeer
  readonly hi: Readonly<Record<string, unknown>>
}

async function meet(stage: Stage): Promise<Met> {
  const peer = await stage.next()
  const [, hi] = (await peer.next()) as [string, Record<string, unknown>]
  return { peer, hi }
}

/** A welcome into a session that outlives its link. */
function kept(session: object = {}) {
  return { session: { cid: 'ann', token: 'token 1', window: 60_000, ...session } }
}

/** A client that is READY in such a session. */
async function start(ends: Ends, identity = 'ann') {
  const stage = await ends.stage()
  const client = ends.client(stage.url, { re: true })
  const connecting = client.connect(identity)
  const { peer } = await meet(stage)
  peer.welcome(kept())
  await connecting
  return { stage, client, peer }
}

/** An outage: what is done `meanwhile` waits. Resolves with the next link. */
async function outage(ends: Ends, started: Awaited<ReturnType<typeof start>>, meanwhile: () => void): Promise<Met> {
  const { stage, client, peer } = started
  const attempts = retries(client)
  peer.transport.terminate()
  const { delay } = await attempts.next()
  meanwhile()
  await ends.clock.advance(delay)
  return meet(stage)
}

/** Sends a message and a call; resolves with how the call failed. */
function say(client: WseClient, what: string): Promise<unknown> {
  client.send('m', what)
  return client.call('hush', what).catch(({ code, details }) => ({ code, certainty: details.certainty }))
}

/** What the client says next is all that it says on this link. */
async function expectNothingElse(client: WseClient, peer: ScriptedPeer): Promise<void> {
  client.send('done')
  expect(await peer.next()).toEqual(['done'])
}

const NOT_SENT = { code: WSE_ERROR.RP_DISCONNECT, certainty: 'not-sent' }
const LARGE = 'x'.repeat(1_000)

behaviour('a frame that waited and is too large for the next server', (test) => {
  for (const [event, session, told] of [
    ['reset', { reason: 'window' }, { reason: 'window', notSent: [{ type: 'large', payload: LARGE }], unknown: [] }],
    ['error', { resumed: true }, { code: WSE_ERROR.TOO_LARGE, details: { certainty: 'not-sent', limit: 500 } }],
  ] as const) {
    test(`defect 1: a listener of ${event} that disconnected left the client READY`, async (ends) => {
      const started = await start(ends)
      const { client } = started
      const heard: unknown[] = []
      const leave = (what: unknown) => {
        heard.push(what)
        client.disconnect()
      }
      if (event === 'reset') client.when.reset(leave)
      else client.when.error(leave)
      const { peer } = await outage(ends, started, () => {
        client.send('large', LARGE)
        client.send('small', 1)
      })
      peer.welcome(kept({ ...session, token: 'token 2', limit: 500 }))
      expect(await peer.closed).toEqual({ code: 1000, reason: 'wse.by-client' })
      await client.disconnect()
      await ends.clock.advance(60_000)
      expect([client.status, started.stage.unmet]).toEqual([WSE_STATUS.OFFLINE, 0])
      expect(new Set(Object.values(client.inspect()))).toEqual(new Set([0]))
      expect(heard).toMatchObject([told])
      const confirmed = 'resumed' in session ? [['~wse:ack', 0]] : []
      expect(peer.received.slice(1)).toEqual([['small', 1], ...confirmed])
    })
  }
})

behaviour('another user who connects in a listener', (test) => {
  for (const event of ['retrying', 'closed'] as const) {
    const when = event === 'closed' ? 'closed, with 4501,' : event
    test(`defect 2: connect() in ${when} offered the session of the user before, and said their words`, async (ends) => {
      const started = await start(ends)
      const { stage, client, peer } = started
      const fates = [say(client, 'only ann says this')]
      expect([await peer.next(), await peer.next()]).toHaveLength(2)
      let bob: Promise<unknown> | undefined
      const later = () => fates.push(say(client, 'only ann says this, later'))
      const change = () => {
        client.disconnect()
        bob = client.connect('bob')
      }
      if (event === 'retrying') {
        client.when.retrying(() => {
          later()
          change()
        })
        peer.transport.terminate()
      } else {
        const { hi, peer: refusing } = await outage(ends, started, later)
        expect(hi).toMatchObject({ identity: 'ann', resume: { token: 'token 1' } })
        const off = client.when.closed(() => {
          off()
          change()
        })
        refusing.close(4501, 'wse.not-authorized')
      }
      const next = await meet(stage)
      expect(next.hi).toMatchObject({ identity: 'bob' })
      expect(next.hi).not.toHaveProperty('resume')
      next.peer.welcome(kept({ cid: 'bob', token: 'token of bob' }))
      await bob
      await expectNothingElse(client, next.peer)
      expect(client.cid).toBe('bob')
      expect(await Promise.all(fates)).toEqual([{ code: WSE_ERROR.RP_DISCONNECT, certainty: 'unknown' }, NOT_SENT])
    })
  }
})

behaviour('a server that takes the client for somebody, after an outage', (test) => {
  test('defect 3: what waited was said as the other user (identity-mismatch)', async (ends) => {
    const started = await start(ends)
    const { client } = started
    let fate: Promise<unknown> | undefined
    const { peer } = await outage(ends, started, () => {
      fate = say(client, 'as ann')
    })
    const reset = client.when.reset()
    const ready = client.when.ready()
    peer.welcome(kept({ cid: 'bob', token: 'token 2', reason: 'identity-mismatch' }))
    expect(await ready).toMatchObject([undefined, { resumed: false }])
    await expectNothingElse(client, peer)
    expect(await reset).toEqual({
      reason: 'identity-mismatch',
      notSent: [{ type: 'm', payload: 'as ann' }],
      unknown: [],
      unlisted: 0,
    })
    expect(await fate).toEqual(NOT_SENT)
  })

  test('defect 3: what waited is carried on where it is the same user', async (ends) => {
    const started = await start(ends)
    const { client } = started
    let fate: Promise<unknown> | undefined
    const { peer } = await outage(ends, started, () => {
      fate = say(client, 'as ann')
    })
    const reset = client.when.reset()
    peer.welcome(kept({ token: 'token 2', reason: 'identity-mismatch' }))
    expect(await peer.next()).toEqual(['m', 'as ann'])
    const [name, payload, stamp] = (await peer.next()) as unknown[]
    expect([name, payload]).toEqual(['hush', 'as ann'])
    peer.send(['~wse:response', 'heard', stamp])
    expect(await fate).toBe('heard')
    expect(await reset).toMatchObject({ reason: 'identity-mismatch', notSent: [], unknown: [] })
  })

  // A guest's: what a named user said is not carried to a WSE 4 server, which does not say whom it takes the client for.
  test('defect 11: a call with a time-out that waited was written to a WSE 4 server', async (ends) => {
    const started = await start(ends, '')
    const { client } = started
    let calls: Promise<unknown>[] = []
    const { peer } = await outage(ends, started, () => {
      const timed = client.call('timed', 1, { timeout: 60_000 }).catch(({ code, details }) => [code, details.certainty])
      calls = [timed, client.call('plain', 2)]
    })
    peer.welcome({ version: 4 })
    const [name, payload, stamp] = (await peer.next()) as unknown[]
    expect([name, payload]).toEqual(['plain', 2])
    peer.send(['~wse:response', 'done', stamp])
    expect(await Promise.all(calls)).toEqual([[WSE_ERROR.NOT_SUPPORTED, 'not-sent'], 'done'])
    expect(JSON.stringify(peer.received)).not.toContain('timed')
    expect(client.inspect().pendingCalls).toBe(0)
  })
})
