import { WSE_ERROR, type WseClient } from '@wse/client'
import { expect, it } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { clientLog, idle } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { type Play, play, type Step, scenarios } from './scenario.js'

interface Scene {
  /** What the client does, in the order of the recording. */
  act(client: WseClient, another: () => WseClient): Promise<void>
  instead?: Play['instead']
}

const refused = expect.objectContaining({ code: WSE_ERROR.NOT_AUTHORIZED })

/** A client of ours drops what comes late: it writes no answer, so none of WSE 4's answers follow. */
const lateIsDropped = (_step: Step, index: number): 'skip' | undefined => (index > 3 ? 'skip' : undefined)

const scenes: Record<string, Scene> = {
  'connect, welcome, client closes': {
    async act(client) {
      expect(await client.connect('ann', { device: 'd' })).toEqual({ hello: 'ann' })
      await client.disconnect()
    },
  },
  'anonymous connect': {
    async act(client) {
      expect(await client.connect()).toEqual({ hello: '' })
      expect(client.cid).toBeNull()
    },
  },
  refused: {
    act: async (client) => expect(client.connect('bad')).rejects.toEqual(refused),
  },
  'challenge answered': {
    async act(client) {
      client.challenge(({ a, b }, solve) => solve(a + b))
      expect(await client.connect('ann')).toEqual({ hello: 'ann' })
    },
  },
  'challenge failed': {
    async act(client) {
      client.challenge((_quest, solve) => solve(0))
      await expect(client.connect('ann')).rejects.toEqual(refused)
    },
  },
  'messages both ways and broadcast': {
    async act(client) {
      const heard: unknown[] = []
      client.channel.on('note', (payload) => heard.push(payload))
      const all = new Promise((resolve) => client.channel.on('all', resolve))
      await client.connect('ann')
      client.send('chat', { t: 1 })
      client.send('empty')
      expect(await all).toBe(true)
      expect(heard).toEqual([[1, 'x', null]])
    },
  },
  'call: result, undefined result, error, WseError, plain object, unknown': {
    async act(client) {
      await client.connect('ann')
      expect(await client.call('add', { a: 1 })).toBe(2)
      expect(await client.call('void', { a: 1 })).toBeNull()
      const codes = { err: WSE_ERROR.RP_EXECUTION_FAILED, wse: 'MY_CODE', obj: WSE_ERROR.RP_EXECUTION_FAILED }
      for (const [name, code] of Object.entries({ ...codes, nope: WSE_ERROR.RP_NOT_REGISTERED })) {
        await expect(client.call(name, { a: 1 })).rejects.toMatchObject({ code, remote: true })
      }
    },
  },
  'call: time-out, then the late result': {
    async act(client) {
      await client.connect('ann')
      const stop = new AbortController()
      const call = client.call('slow', undefined, { signal: stop.signal })
      stop.abort()
      await expect(call).rejects.toMatchObject({ code: WSE_ERROR.RP_CANCELLED })
    },
    instead: lateIsDropped,
  },
  'server calls client': {
    async act(client) {
      client.register('ask', (n) => n * 2)
      await client.connect('ann')
    },
  },
  'second connection evicts the first': {
    async act(client, another) {
      await client.connect('ann')
      const closed = client.when.closed()
      const second = another()
      await second.connect('ann')
      expect(await closed).toEqual([1000, 'wse.clients-concurrency'])
      await second.disconnect()
    },
  },
  'server drops a connection; dropClient with a reason': {
    async act(client) {
      for (const reason of ['wse.by-server', 'bye']) {
        const closed = client.when.closed()
        await client.connect('ann')
        expect(await closed).toEqual([1000, reason])
      }
    },
  },
}

/** Not played in this direction, and why. */
const absent: Record<string, string> = {
  jump: 'a client of ours connects before it leaves; jumping between WSE 4 servers has a test of its own',
  'an unknown reserved frame before and after the welcome, from the server': 'made up for WSE 4; to us it is malformed',
  'garbage and a wrong first frame': 'a client of ours writes none',
}

it('every scenario is played, or it is said why not', () => {
  expect([...Object.keys(scenes), ...Object.keys(absent)].sort()).toEqual([...scenarios.keys()].sort())
})

behaviour('our client at a WSE 4 server', (test) => {
  for (const [name, { act, instead }] of Object.entries(scenes)) {
    test(`plays: ${name}`, async (ends) => {
      const stage = await ends.stage()
      const another = () => ends.client(stage.url)
      const client = another()
      const log = clientLog(client)
      const played = play(scenarios.get(name) ?? [], {
        role: 'server',
        link: () => stage.next(),
        ...(instead ? { instead } : {}),
      })
      const [links] = await Promise.all([played, act(client, another)])
      await idle()
      for (const peer of links) {
        const unexpected = await Promise.race([peer.next().catch(() => null), idle(2)])
        expect(unexpected ?? null, 'what the server got beyond the recording').toBeNull()
      }
      expect(log.filter((line) => line.startsWith('ignored'))).toEqual([])
    })
  }

  test('jumps between WSE 4 servers: the old link is closed with 4000 once the new one is there', async (ends) => {
    const [a, b] = [await ends.stage(), await ends.stage()]
    const client = ends.client(a.url)
    const connecting = client.connect('ann')
    const atA = await greeted(a, 'first')
    expect(await connecting).toBe('first')
    const jumping = client.jump(b.url)
    await greeted(b, 'second')
    expect(await jumping).toBe('second')
    expect((await atA.closed).code).toBe(4000)
  })
})

/** Plays a WSE 4 server up to the welcome. */
async function greeted(stage: Awaited<ReturnType<Ends['stage']>>, welcome: string) {
  const peer = await stage.next()
  expect(await peer.next()).toMatchObject(['~wse:hi', { identity: 'ann', meta: {} }])
  peer.welcome({ version: 4, payload: welcome })
  return peer
}
