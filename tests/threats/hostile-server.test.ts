import { WSE_ERROR, WSE_STATUS } from '@wse/client'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { behaviour } from '../fixtures/matrix.js'

const session = (over: object = {}) => [
  '~wse:session',
  { v: 5, id: 's', cid: 'ann', epoch: 'e', resumed: false, received: 0, limit: 1e6, timeout: 2e4, ...over },
]

const HOSTILE: readonly [string, readonly unknown[]][] = [
  ['garbage', ['{nope']],
  ['bytes', [new Uint8Array([0, 1, 2])]],
  ['a depth bomb', ['['.repeat(100_000)]],
  ['a frame above its own limit', [JSON.stringify(['~wse:welcome', 'x'.repeat(2_000_000)])]],
  ['an unknown reserved frame', [['~wse:format', {}]]],
  ['a message before the welcome', [['chat', 1]]],
  ['a call before the welcome', [['confirm', 1, 2]]],
  ['a session that is malformed', [session({ limit: -1 })]],
  ['a session twice', [session(), session()]],
  ['a challenge after the session', [session(), ['~wse:challenge', 1]]],
]

const LATER: readonly [string, unknown][] = [
  ['garbage', '}{'],
  ['a welcome twice', ['~wse:welcome', 'root']],
  ['a session', session({ cid: 'root' })],
  ['a challenge', ['~wse:challenge', 1]],
  ['a hello', ['~wse:hi', { identity: 'x' }]],
  ['a ping that counts below zero', ['~wse:ping', { sent: -1, received: 0 }]],
  ['a goaway that is malformed', ['~wse:goaway', { reason: 5 }]],
  ['a call of its own parity taken from the client', ['confirm', 1, 1]],
]

behaviour('T59 a hostile server', (test) => {
  for (const [what, frames] of HOSTILE) {
    test(`that greets with ${what} is left, and connect() settles`, async (ends) => {
      const { client, refused, send } = await connecting(ends)
      send(...frames)
      expect((await refused).code).toBe(WSE_ERROR.PROTOCOL_VIOLATION)
      expect(client.status).toBe(WSE_STATUS.OFFLINE)
    })
  }

  for (const [what, frame] of LATER) {
    test(`that sends ${what} once READY is left with 4500`, async (ends) => {
      const { client, send, connected } = await connecting(ends)
      client.register('confirm', () => true)
      send(session(), ['~wse:welcome', 'hello'])
      expect(await connected).toBe('hello')
      const closed = client.when.closed()
      send(frame)
      expect((await closed)[0]).toBe(4500)
      expect(client.cid).toBe('ann')
    })
  }

  test('that answers what nobody asked changes nothing', async (ends) => {
    const { client, send, connected } = await connecting(ends)
    send(session(), ['~wse:welcome'])
    await connected
    send(['~wse:response', 1, 77], ['~wse:response-err', null, 79], ['~wse:item', 1, 5], ['note', 1])
    expect(await client.when.ignored()).toEqual(['note', 1])
    expect(client.status).toBe(WSE_STATUS.READY)
  })

  test('that says nothing is given up after the connect time-out', async (ends) => {
    const { refused } = await connecting(ends)
    await ends.clock.advance(10_000)
    expect((await refused).code).toBe(WSE_ERROR.CONNECT_TIMEOUT)
  })
})

/** A client whose `~wse:hi` has arrived, and the server's end of its link for the test to play. */
async function connecting(ends: Ends) {
  const stage = await ends.stage()
  const client = ends.client(stage.url)
  const connected = client.connect('ann')
  const refused = connected.then(neverHere, (error) => error)
  refused.catch(() => {})
  const peer = await stage.next()
  await peer.next()
  const send = (...frames: readonly unknown[]) => {
    for (const frame of frames) peer.send(frame)
  }
  return { client, connected, refused, send }
}

function neverHere(): never {
  throw new Error('it should have rejected')
}
