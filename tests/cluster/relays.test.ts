import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster, type TestCluster, type Wanderer } from './cluster.js'

const serverOf = ({ servers }: TestCluster, at: number) => servers[at] as WseServer

/** Notes how a promise ends. */
function outcome(promise: PromiseLike<unknown> | undefined): { is: unknown } {
  const noted: { is: unknown } = { is: 'pending' }
  promise?.then(
    (value) => (noted.is = value),
    (error) => (noted.is = error.code),
  )
  return noted
}

/** What has a call under way at the first of its servers, either way, and is at the second. */
interface Split {
  readonly together: TestCluster
  readonly ann: Wanderer
  /** The client's call, and the server's. */
  readonly calls: readonly { is: unknown }[]
  /** Lets the server answer, and the client. */
  answer(): void
}

behaviour('calls that go on at the server their session has left', { codecs: 'all' }, (test) => {
  /** Nothing gives them up by itself. */
  async function split(ends: Parameters<typeof cluster>[0]): Promise<Split> {
    const answers: ((value: unknown) => void)[] = []
    const slow = () => new Promise((resolve) => answers.push(resolve))
    const together = await cluster(ends, 3, { tO: 0 }, (server) => server.register('slow', slow))
    const ann = await together.wander(0, 'ann', { tO: 0 })
    ann.client.register('ask', slow)
    const [conn] = serverOf(together, 0).clients.get('ann')?.conns.values() ?? []
    const calls = [outcome(ann.client.call('slow')), outcome(conn?.call('ask'))]
    await until(() => answers.length === 2)
    await ann.moveTo(1)
    const answer = () => {
      for (const one of answers) one('yes')
    }
    return { together, ann, calls, answer }
  }

  const settledAll = ({ calls }: Split) => until(() => calls.every(({ is }) => is !== 'pending'))
  const relays = ({ together }: Split) => together.servers.map((server) => server.inspect().relays)

  test('are answered', async (ends) => {
    const all = await split(ends)
    all.answer()
    await settledAll(all)
    expect(all.calls).toEqual([{ is: 'yes' }, { is: 'yes' }])
    expect(relays(all)).toEqual([0, 0, 0])
  })

  for (const [who, at] of [
    ['all of them', null],
    ['the server they are at', 0],
    ['the server the session is at', 1],
  ] as const) {
    test(`end where ${who} could not be reached for a while, and no later than that is over`, async (ends) => {
      const all = await split(ends)
      const { hub, backplane } = all.together
      const node = at === null ? undefined : backplane(at)
      hub.freeze(node)
      all.answer()
      await ends.clock.advance(5_000)
      hub.thaw(node)
      await ends.clock.advance(100)
      expect(all.calls.map(({ is }) => is)).toEqual(['wse.client.rp.disconnect', 'wse.client.rp.disconnect'])
      expect(relays(all)).toEqual([0, 0, 0])
      // The session goes on, and so does whatever is asked from now on.
      const again = outcome(all.ann.client.call('slow'))
      await ends.clock.settle()
      await all.ann.moveTo(2)
      all.answer()
      await until(() => again.is === 'yes')
    })
  }

  test('end where that server is closed, or dies', async (ends) => {
    for (const how of ['close', 'kill'] as const) {
      const all = await split(ends)
      if (how === 'close') void serverOf(all.together, 0).close()
      else all.together.hub.kill(all.together.backplane(0))
      await ends.clock.advance(20_000)
      expect(all.calls[0]?.is).toBe('wse.client.rp.disconnect')
      if (how === 'close') expect(all.calls[1]?.is).toBe('wse.client.rp.disconnect')
      expect(relays(all).slice(1)).toEqual([0, 0])
      await serverOf(all.together, 0).close()
      expect(relays(all)).toEqual([0, 0, 0])
    }
  })

  test('are answered also where the session has moved on since others were', async (ends) => {
    const all = await split(ends)
    all.answer()
    await settledAll(all)
    const more = [outcome(all.ann.client.call('slow')), outcome(connAt(all.together, 1)?.call('ask'))]
    await ends.clock.settle()
    await all.ann.moveTo(2)
    all.answer()
    await until(() => more.every(({ is }) => is !== 'pending'))
    expect([more, relays(all)]).toEqual([
      [{ is: 'yes' }, { is: 'yes' }],
      [0, 0, 0],
    ])
  })
})

function connAt(together: TestCluster, at: number) {
  return [...(serverOf(together, at).clients.get('ann')?.conns.values() ?? [])][0]
}
