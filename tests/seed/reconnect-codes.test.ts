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

/** A client with `re` that has been welcomed on a stage, and the stage's end of its link. */
async function welcomed(ends: Ends) {
  const stage = await ends.stage()
  const client = ends.client(stage.url, { re: true })
  const connecting = client.connect('ann')
  const peer = await stage.next()
  await peer.next()
  peer.welcome({ payload: 'hi' })
  await connecting
  return { stage, client, peer }
}

behaviour('a client with re whose link is closed', (test) => {
  for (const [code, comesBack] of table) {
    test(`with ${code} ${comesBack ? 'comes back after a wait' : 'stays away'}`, async (ends) => {
      const { stage, client, peer } = await welcomed(ends)
      const log = clientLog(client)
      const attempts = retries(client)
      const closed = client.when.closed()
      end(peer, code, '')
      expect(await closed).toEqual([code, ''])
      expect(client.status).toBe(comesBack ? WSE_STATUS.RE_CONNECTING : WSE_STATUS.OFFLINE)
      expect(log.slice(0, 2)).toEqual([`closed ${code}`, 'updated OFFLINE'])
      if (!comesBack) {
        await ends.clock.advance(60_000)
        await idle()
        return expect(stage.unmet).toBe(0)
      }
      const { delay } = await attempts.next()
      expect(delay).toBeGreaterThanOrEqual(250)
      await ends.clock.advance(delay)
      const again = await stage.next()
      await again.next()
      const ready = client.when.ready()
      again.welcome({ payload: 'hi again' })
      expect(await ready).toBe('hi again')
    })
  }
})

behaviour('a client with re whose handshake is closed', (test) => {
  for (const [code, comesBack] of table) {
    test(`with ${code} ${comesBack ? 'tries again' : 'rejects connect()'}`, async (ends) => {
      const stage = await ends.stage()
      const client = ends.client(stage.url, { re: true })
      const attempts = retries(client)
      const connecting = client.connect('ann')
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
})
