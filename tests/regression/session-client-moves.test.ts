import { WSE_ERROR, WSE_STATUS, type WseClient } from '@wse/client'
import type { ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { idle, retries } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import type { Stage } from '../fixtures/stage.js'

/** The next link, and what its client said first. */
async function meet(stage: Stage) {
  const peer = await stage.next()
  const [, hi] = (await peer.next()) as [string, Record<string, unknown>]
  return { peer, hi }
}

/** Takes a client in, with a session that outlives its link. */
function admit(peer: ScriptedPeer, token = 'token'): void {
  peer.welcome({ session: { cid: 'ann', token, window: 60_000 } })
}

/** A client that is READY on the stage `here`, and another stage. */
async function start(ends: Ends, identity: unknown = 'ann') {
  const [here, there] = [await ends.stage(), await ends.stage()]
  const client = ends.client(here.url, { re: true, jumpPolicy: () => true })
  const connecting = client.connect(identity)
  const { peer } = await meet(here)
  admit(peer)
  await connecting
  return { here, there, client, peer }
}

/** Resolves once a client has handled what a server sent before. */
async function handled(client: WseClient, peer: ScriptedPeer): Promise<void> {
  const came = new Promise((resolve) => client.channel.once('barrier', resolve))
  peer.send(['~wse:volatile', ['barrier']])
  await came
}

function goaway(delay: number) {
  return ['~wse:goaway', { reason: 'wse.restart', delay, deadline: 25_000 }]
}

behaviour('a server that is being left', (test) => {
  test('defect 4: its ~wse:expiring had the identity read, and told to it', async (ends) => {
    const read: string[] = []
    const identity = ({ url }: { url: string }) => {
      read.push(url)
      return `ann at ${url}`
    }
    const { here, there, client, peer } = await start(ends, identity)
    const call = client.call('slow')
    await peer.next()
    const jumping = client.jump(there.url)
    admit((await meet(there)).peer)
    await jumping
    const told: number[] = []
    client.when.expiring((ms) => told.push(ms))
    peer.send(['~wse:expiring', { in: 1_000 }])
    await handled(client, peer)
    peer.send(['~wse:response', 'done', 1])
    expect(await call).toBe('done')
    expect([read, told]).toEqual([[here.url, there.url], []])
    await idle()
    expect(JSON.stringify(peer.received)).not.toContain('~wse:identify')
  })

  test('defect 5: its answer to refresh() replaced the identity given for the next server', async (ends) => {
    const { there, client, peer } = await start(ends)
    const refreshing = client.refresh('ann, renewed here')
    expect(await peer.next()).toEqual(['~wse:identify', 'ann, renewed here', 1])
    const jumping = client.jump(there.url, 'ann there')
    const first = await meet(there)
    expect(first.hi.identity).toBe('ann there')
    admit(first.peer)
    await jumping
    peer.send(['~wse:response', null, 1])
    await refreshing
    const attempts = retries(client)
    first.peer.transport.terminate()
    await ends.clock.advance((await attempts.next()).delay)
    expect((await meet(there)).hi.identity).toBe('ann there')
  })
})

/** The application jumps, and while the target is silent the server asks the client to leave. */
async function jumpBesideGoaway(ends: Ends) {
  const started = await start(ends)
  const { here, there, client, peer } = started
  const jumping = client.jump(there.url)
  const outcome = jumping.then(
    () => 'jumped',
    ({ code }) => code,
  )
  const target = (await meet(there)).peer
  peer.send(goaway(0))
  await handled(client, peer)
  await ends.clock.advance(3_000)
  await idle()
  expect([target.closedWith, peer.closedWith, here.unmet]).toEqual([null, null, 0])
  return { ...started, target, outcome }
}

behaviour('a goaway beside a jump of the application', (test) => {
  test('defect 8: the jump was cancelled', async (ends) => {
    const { here, there, client, peer, target, outcome } = await jumpBesideGoaway(ends)
    admit(target, 'token there')
    expect(await outcome).toBe('jumped')
    expect((await peer.closed).code).toBe(4000)
    await ends.clock.advance(30_000)
    await idle()
    expect([client.url, client.status, here.unmet, there.unmet]).toEqual([there.url, WSE_STATUS.READY, 0, 0])
    expect(target.closedWith).toBe(null)
  })

  test('defect 8: the goaway was forgotten when the jump failed', async (ends) => {
    const { here, client, peer, target, outcome } = await jumpBesideGoaway(ends)
    target.close(4009, 'wse.try-again')
    expect(await outcome).toBe(WSE_ERROR.CONNECT_FAILED)
    await ends.clock.advance(1_000)
    const moved = await meet(here)
    expect([peer.closedWith, moved.hi.resume]).toEqual([null, undefined])
    admit(moved.peer, 'token 2')
    expect((await peer.closed).code).toBe(4000)
    await ends.clock.advance(30_000)
    await idle()
    expect([client.url, client.status, here.unmet]).toEqual([here.url, WSE_STATUS.READY, 0])
    expect(moved.peer.closedWith).toBe(null)
  })
})

/** Nothing is left of a client, and nothing comes of it. */
async function expectGone(ends: Ends, client: WseClient, stage: Stage): Promise<void> {
  await ends.clock.advance(60_000)
  await idle()
  expect([client.status, stage.unmet]).toEqual([WSE_STATUS.OFFLINE, 0])
  expect(new Set(Object.values(client.inspect()))).toEqual(new Set([0]))
}

behaviour('a close for good after a goaway', (test) => {
  test('defect 9: the client came back when the delay was over', async (ends) => {
    const { here, client, peer } = await start(ends)
    peer.send(goaway(10_000))
    await handled(client, peer)
    expect(client.inspect().departures).toBe(1)
    const closed = client.when.closed()
    peer.close(4506, 'wse.by-server')
    expect(await closed).toEqual([4506, 'wse.by-server'])
    await expectGone(ends, client, here)
  })

  test('defect 9: the client came back by the move that was under way', async (ends) => {
    const { here, client, peer } = await start(ends)
    peer.send(goaway(0))
    const move = (await meet(here)).peer
    const closed = client.when.closed()
    peer.close(4506, 'wse.by-server')
    expect(await closed).toEqual([4506, 'wse.by-server'])
    await move.closed
    await expectGone(ends, client, here)
  })
})
