import { readFileSync } from 'node:fs'
import { WSE_STATUS } from '@wse/client'
import type { ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { clientLog, idle, retries } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

interface Closing {
  codes: { code: number; comesBack: boolean }[]
  comesBack: [code: number, comesBack: boolean][]
}

const closing = JSON.parse(readFileSync(new URL('../../conformance/closing.json', import.meta.url), 'utf8')) as Closing
/** Codes nobody can write into a close frame: they stand for something else, or are not given to anyone. */
const UNWRITABLE = [0, 1015]
const codes = [...closing.codes.map(({ code, comesBack }) => [code, comesBack] as const), ...closing.comesBack]
const table = codes.filter(([code]) => !UNWRITABLE.includes(code))

/** Ends a link as its server would; 1006 is what a client sees of one that was cut. */
function end(peer: ScriptedPeer, code: number, reason: string): void {
  if (code === 1006) peer.transport.terminate()
  else peer.close(code, reason)
}

/** After it a fresh identity is all that is missing: a client that can have one comes back at once, another stays away. */
const AUTH_EXPIRED = 4007

/** Waits a client takes to come back after a code, in ms. */
const boundsOf = (code: number) => (code === AUTH_EXPIRED ? [0, 500] : [250, 1_000])

/** A client with `re` that has been welcomed on a stage, and the stage's end of its link. */
async function welcomed(ends: Ends, identity: unknown) {
  const stage = await ends.stage()
  const client = ends.client(stage.url, { re: true })
  const connecting = client.connect(identity)
  const peer = await stage.next()
  await peer.next()
  peer.welcome({ payload: 'hi' })
  await connecting
  return { stage, client, peer }
}

/** The same client once its link was closed with `code`. */
async function closed(ends: Ends, code: number, identity: unknown) {
  const { stage, client, peer } = await welcomed(ends, identity)
  const log = clientLog(client)
  const attempts = retries(client)
  const told = client.when.closed()
  end(peer, code, '')
  expect(await told).toEqual([code, ''])
  expect(log.slice(0, 2)).toEqual([`closed ${code}`, 'updated OFFLINE'])
  return { stage, client, attempts }
}

async function expectAway(ends: Ends, { stage, client }: Awaited<ReturnType<typeof closed>>): Promise<void> {
  expect(client.status).toBe(WSE_STATUS.OFFLINE)
  await ends.clock.advance(60_000)
  await idle()
  expect(stage.unmet).toBe(0)
}

behaviour('a client with re whose link is closed', (test) => {
  for (const [code, comesBack] of table) {
    test(`with ${code} ${comesBack ? 'comes back after a wait' : 'stays away'}`, async (ends) => {
      const lost = await closed(ends, code, () => 'ann')
      if (!comesBack) return expectAway(ends, lost)
      const { stage, client, attempts } = lost
      expect(client.status).toBe(WSE_STATUS.RE_CONNECTING)
      const { delay } = await attempts.next()
      const [shortest = 0, longest] = boundsOf(code)
      expect(delay).toBeGreaterThanOrEqual(shortest)
      expect(delay).toBeLessThanOrEqual(longest as number)
      await ends.clock.advance(delay)
      const again = await stage.next()
      await again.next()
      const ready = client.when.ready()
      again.welcome({ payload: 'hi again' })
      expect(await ready).toEqual(['hi again', { resumed: false }])
    })

    test(`with ${code} does the same whose identity is a plain value, but for ${AUTH_EXPIRED}`, async (ends) => {
      const lost = await closed(ends, code, 'ann')
      if (!comesBack || code === AUTH_EXPIRED) return expectAway(ends, lost)
      expect(lost.client.status).toBe(WSE_STATUS.RE_CONNECTING)
      expect((await lost.attempts.next()).delay).toBeGreaterThanOrEqual(250)
    })
  }
})

behaviour('a client with re whose handshake is closed', (test) => {
  for (const [code, comesBack] of table) {
    test(`with ${code} ${comesBack ? 'tries again' : 'rejects connect()'}`, async (ends) => {
      const stage = await ends.stage()
      const client = ends.client(stage.url, { re: true })
      const attempts = retries(client)
      const connecting = client.connect(() => 'ann')
      const outcome = connecting.catch((error) => error.details.disconnected)
      const peer = await stage.next()
      await peer.next()
      end(peer, code, 'why')
      if (!comesBack) return expect(await outcome).toEqual([code, 'why'])
      const { delay, cause } = await attempts.next()
      expect(cause.details.disconnected).toMatchObject({ 0: code })
      await ends.clock.advance(delay)
      const again = await stage.next()
      await again.next()
      again.welcome({ payload: 'hi' })
      expect(await connecting).toBe('hi')
    })
  }

  test(`with ${AUTH_EXPIRED} rejects connect() where the identity is a plain value`, async (ends) => {
    const stage = await ends.stage()
    const connecting = ends.client(stage.url, { re: true }).connect('ann')
    const outcome = connecting.catch((error) => error.details.disconnected)
    const peer = await stage.next()
    await peer.next()
    end(peer, AUTH_EXPIRED, 'why')
    expect(await outcome).toEqual([AUTH_EXPIRED, 'why'])
  })
})
