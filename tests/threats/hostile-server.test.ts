import { WSE_ERROR, WSE_STATUS, type WseClientOptions } from '@wse/client'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { idle, retries } from '../fixtures/listen.js'
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
  ['a session resumed that nobody offered', [session({ resumed: true })]],
  ['a session of a version there is not', [session({ v: 4 })]],
  ['a session of a user that is an object', [session({ cid: { toString: 1 } })]],
  ['a session that never times out a call by a text', [session({ timeout: 'never' })]],
  ['a session in a batch', [[session(), ['~wse:welcome', 1]]]],
  ['a response before the welcome', [['~wse:response', 1, 1]]],
  ['a hello', [['~wse:hi', { identity: 'x' }]]],
  ['a challenge after the session', [session(), ['~wse:challenge', 1]]],
]

const LATER: readonly [string, unknown][] = [
  ['garbage', '}{'],
  ['a welcome twice', ['~wse:welcome', 'root']],
  ['a session', session({ cid: 'root' })],
  ['a challenge', ['~wse:challenge', 1]],
  ['a hello', ['~wse:hi', { identity: 'x' }]],
  ['bytes', new Uint8Array([255, 255, 255, 255])],
  ['a depth bomb', `["note",${'['.repeat(30_000)}${']'.repeat(30_000)}]`],
  ['a frame above the limit it was told', ['note', 'x'.repeat(1_100_000)]],
  ['an unknown reserved frame', ['~wse:format', {}]],
  ['a name that is too long', ['x'.repeat(129), 1]],
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

    test(`that greets with ${what} is not come back to either`, async (ends) => {
      const { stage, refused, send } = await connecting(ends, { re: true })
      send(...frames)
      expect((await refused).code).toBe(WSE_ERROR.PROTOCOL_VIOLATION)
      await ends.clock.advance(60_000)
      expect(stage.unmet).toBe(0)
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

  test('that takes frames of one byte only gets none, and every call is told', async (ends) => {
    const { client, send, connected } = await connecting(ends)
    send(session({ limit: 1, timeout: 0 }), ['~wse:welcome'])
    await connected
    const tooLarge = expect.objectContaining({ code: WSE_ERROR.TOO_LARGE })
    expect(() => client.send('note')).toThrow(tooLarge)
    await expect(client.call('add')).rejects.toEqual(tooLarge)
    expect(client.inspect().pendingCalls).toBe(0)
  })

  test('that sends everybody elsewhere is not obeyed', async (ends) => {
    const evil = await ends.stage()
    const { client, send, connected } = await connecting(ends, { re: true })
    send(session(), ['~wse:welcome'])
    await connected
    send(['~wse:goaway', { reason: 'wse.moved', to: evil.url, delay: 0 }], ['note', 1])
    await client.when.ignored()
    await ends.clock.advance(60_000)
    expect([client.status, evil.unmet]).toEqual([WSE_STATUS.READY, 0])
  })

  test('that calls without end finds 256 handlers running, the rest is refused', async (ends) => {
    const { client, peer, send, connected } = await connecting(ends)
    client.register('never', () => new Promise(() => {}))
    send(session(), ['~wse:welcome'])
    await connected
    for (let i = 1; i <= 1_000; i++) send(['never', 1, i * 2])
    for (let i = 257; i <= 1_000; i++) {
      expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.RP_OVERLOAD }, i * 2])
    }
    expect(client.inspect().runningCalls).toBe(256)
  })

  test('that says nothing is given up after the connect time-out', async (ends) => {
    const { refused } = await connecting(ends)
    await ends.clock.advance(10_000)
    expect((await refused).code).toBe(WSE_ERROR.CONNECT_TIMEOUT)
  })
})

behaviour('T67 a server that closes at once', (test) => {
  for (const code of [1000, 4500, 4501]) {
    test(`with ${code} is not tried again`, async (ends) => {
      const { stage, client, peer, refused } = await connecting(ends, { re: true })
      peer.close(code)
      expect((await refused).details.disconnected).toEqual([code, ''])
      await ends.clock.advance(60_000)
      await idle()
      expect([client.status, stage.unmet]).toEqual([WSE_STATUS.OFFLINE, 0])
    })
  }

  for (const code of [1006, 4009]) {
    for (const when of ['before', 'after'] as const) {
      test(`with ${code} ${when} its welcome is tried again ever more rarely, never within 250 ms`, async (ends) => {
        const { stage, client, peer: first } = await connecting(ends, { re: true })
        const attempts = retries(client)
        let peer = first
        const delays: number[] = []
        for (let i = 0; i < 40; i++) {
          if (when === 'after') {
            const ready = client.when.ready()
            peer.welcome()
            await ready
          }
          if (code === 1006) peer.transport.terminate()
          else peer.close(code)
          const { delay } = await attempts.next()
          delays.push(delay)
          await ends.clock.advance(delay - 1)
          expect(stage.unmet).toBe(0)
          await ends.clock.advance(1)
          peer = await stage.next()
          await peer.next()
        }
        expect(Math.min(...delays)).toBeGreaterThanOrEqual(250)
        expect(Math.max(...delays)).toBeLessThanOrEqual(15_000)
        expect(Math.max(...delays.slice(6))).toBeGreaterThan(5_000)
      })
    }
  }
})

/** A client whose `~wse:hi` has arrived, and the server's end of its link for the test to play. */
async function connecting(ends: Ends, options: WseClientOptions = {}) {
  const stage = await ends.stage()
  const client = ends.client(stage.url, options)
  const connected = client.connect('ann')
  const refused = connected.then(neverHere, (error) => error)
  refused.catch(() => {})
  const peer = await stage.next()
  await peer.next()
  const send = (...frames: readonly unknown[]) => {
    for (const frame of frames) peer.send(frame)
  }
  return { stage, peer, client, connected, refused, send }
}

function neverHere(): never {
  throw new Error('it should have rejected')
}
