import { type Identify, WSE_ERROR, type WseConnection, WseError, type WseServer } from '@wse/server'
import type { ScriptedPeer } from '@wse/testing'
import { expect, it } from 'vitest'
import { idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { type Play, play, type Step, scenarios } from './scenario.js'

/** The server the recordings were made with. */
const identify: Identify = ({ identity, challenge, accept, refuse }) => {
  if (identity === 'bad') return refuse()
  if (challenge !== null && challenge.response !== challenge.quest.a + challenge.quest.b) return refuse()
  accept(identity || 'anonymous', { hello: identity })
}

function withProcedures(server: WseServer): void {
  server.register('add', (_conn, { a }) => a + 1)
  server.register('void', () => {})
  server.register('err', () => {
    throw new Error('boom')
  })
  server.register('wse', () => {
    throw new WseError('MY_CODE', { f: 1 })
  })
  server.register('obj', () => {
    throw { custom: 1 }
  })
}

interface Scene {
  /** What the server does by itself. */
  act?(server: WseServer): void
  instead?: Play['instead']
  /** What must be true in the end. */
  after?(server: WseServer, links: ScriptedPeer[]): Promise<void>
}

const challenges = (server: WseServer) => server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))

/** Errors of WSE 4's own that end in an answer of an answer: ours ends here. */
const untilAnswersAreAnswered = (step: Step, index: number): 'skip' | undefined =>
  step.from === 'server' && index > 4 ? 'skip' : undefined

/** Before `~wse:hi` nobody knows the client's version: version 5's code, which WSE 4 takes as final as well. */
const versionUnknown = ({ from, close }: Step): Step | undefined =>
  close && from === 'server' ? { from, close: [4500, close[1]] } : undefined

const scenes: Record<string, Scene> = {
  'challenge answered': { act: challenges },
  'challenge failed': { act: challenges },
  'messages both ways and broadcast': {
    act(server) {
      const heard: unknown[] = []
      server.channel.on('chat', (_conn, payload) => heard.push(payload))
      server.channel.on('empty', (conn, payload) => {
        // WSE 4 writes nothing as null, and so it arrives.
        expect([...heard, payload]).toEqual([{ t: 1 }, null])
        conn.send('note', [1, 'x', null])
        server.broadcast('all', true)
      })
    },
  },
  'call: result, undefined result, error, WseError, plain object, unknown': { act: withProcedures },
  'call: time-out, then the late result': {
    act(server) {
      server.register('slow', () => 'late')
      withProcedures(server)
    },
    instead: untilAnswersAreAnswered,
    async after(_server, [peer]) {
      peer?.send(['add', { a: 1 }, 'ZjztyY9de4'])
      expect(await peer?.next()).toEqual(['~wse:response', 2, 'ZjztyY9de4'])
    },
  },
  'server calls client': {
    act(server) {
      server.when.connected(async (conn) => {
        expect(await conn.call('ask', 21)).toBe(42)
        await expect(conn.call('nope')).rejects.toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED })
        conn.send('asked')
      })
    },
    async after(_server, [peer]) {
      expect(await peer?.next()).toEqual(['asked'])
    },
  },
  'server drops a connection; dropClient with a reason': {
    act(server) {
      const drops = [(conn: WseConnection) => conn.drop(), () => server.dropClient('ann', 'bye')]
      server.when.connected((conn) => drops.shift()?.(conn))
    },
  },
  jump: {
    act(server) {
      const left = [
        [4000, 'jump'],
        [1000, 'wse.by-client'],
      ]
      server.when.disconnected((_conn, code, reason) => expect([code, reason]).toEqual(left.shift()))
    },
    // The second server of the recording has another welcome than this one, where both links end.
    instead: (step) =>
      step.frame?.includes('second') ? { from: 'server', frame: '["~wse:welcome",{"hello":"ann"}]' } : undefined,
  },
  'an unknown reserved frame before and after the welcome, from the server': {
    act: withProcedures,
    instead: ({ frame = '' }) => (/~wse:(session|ping)/.test(frame) ? 'skip' : undefined),
  },
  'garbage and a wrong first frame': { instead: versionUnknown },
}

behaviour('a WSE 4 client at our server', (test) => {
  for (const [name, steps] of scenarios) {
    test(`plays: ${name}`, async (ends) => {
      const { server, url } = await ends.server({ identify })
      const errors: unknown[] = []
      server.when.error((error) => error.code === WSE_ERROR.MESSAGE_PROCESSING_ERROR && errors.push(error))
      const { act, after, instead } = scenes[name] ?? {}
      act?.(server)
      const links = await play(steps, { role: 'client', link: () => ends.peer(url), ...(instead ? { instead } : {}) })
      await after?.(server, links)
      await idle()
      for (const [at, peer] of links.entries()) {
        const unexpected = await Promise.race([peer.next().catch(() => null), idle(2)])
        expect(unexpected ?? null, `what link ${at} got beyond the recording`).toBeNull()
      }
      expect(errors).toEqual([])
      if (links.every((peer) => peer.closedWith)) await until(() => server.clients.size === 0)
    })
  }
})

it('no scenario is set up that is not there', () => {
  for (const name of Object.keys(scenes)) expect([...scenarios.keys()]).toContain(name)
})
