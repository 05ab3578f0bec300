import { type Backplane, type BackplaneHandlers, createMemoryHub, type Incoming } from '@wse/protocol/backplane'
import type { WseServer } from '@wse/server'
import { createTransportPair, type TransportPair } from '@wse/testing'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster, type TestCluster } from './cluster.js'

const serverOf = ({ servers }: TestCluster, at: number) => servers[at] as WseServer

/** Milliseconds. */
const LATE = 20

/** What a server says to people comes back to it a while later; devices take less than that to be noted. */
function hearsItselfLate(backplane: Backplane, { clock }: Ends): Backplane {
  const start = (handlers: BackplaneHandlers) => {
    const incoming = (message: Incoming) => {
      const isLate = message.from === backplane.node && /^(u:|a$)/.test(message.subject)
      if (isLate) clock.setTimer(() => handlers.incoming(message), LATE)
      else handlers.incoming(message)
    }
    return backplane.start({ ...handlers, incoming })
  }
  const enter: Backplane['enter'] = async (...entries) => {
    await new Promise<void>((resolve) => clock.setTimer(resolve, LATE / 2))
    return backplane.enter(...entries)
  }
  return new Proxy(backplane, {
    get(target, name: keyof Backplane) {
      if (name === 'start') return start
      if (name === 'enter') return enter
      const member = target[name]
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

behaviour('a session that comes back to a server it was at', { codecs: ['json'] }, (test) => {
  test('is asked there, before it left, what its client answers only now', async (ends) => {
    const together = await cluster(ends, 2)
    const ann = await together.wander(0, 'ann')
    let answer: (value: unknown) => void = () => {}
    ann.client.register('ask', () => new Promise((resolve) => (answer = resolve)))
    const [conn] = serverOf(together, 0).clients.get('ann')?.conns.values() ?? []
    const asked = conn?.call('ask')
    await ends.clock.settle()
    await ann.moveTo(1)
    await ann.moveTo(0)
    answer('yes')
    await ends.clock.advance(10)
    expect(await asked).toBe('yes')
    expect(together.servers.map((server) => server.inspect().relays)).toEqual([0, 0])
  })

  test('may give up there what was begun there before it left', async (ends) => {
    const ended: unknown[] = []
    const together = await cluster(ends, 2, {}, (server, at) => {
      server.register(
        'slow',
        (_, n, { signal }) => new Promise(() => signal.addEventListener('abort', () => ended.push([at, n]))),
      )
    })
    const ann = await together.wander(0, 'ann')
    const giveUp = new AbortController()
    const call = ann.client.call('slow', 1, { signal: giveUp.signal })
    await ends.clock.settle()
    await ann.moveTo(1)
    await ann.moveTo(0)
    giveUp.abort()
    await expect(call).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
    await until(() => ended.length === 1)
    expect(ended).toEqual([[0, 1]])
  })

  test('is found by an old token, where newer ones never reached its client', async (ends) => {
    const together = await cluster(ends, 2)
    let [at, cuts] = [0, 0]
    let last: TransportPair | null = null
    const transport = (_: string, [protocol]: readonly string[]) => {
      last = createTransportPair({ clock: ends.clock, protocol })
      together.servers[at]?.accept(last[1], { headers: {} })
      return last[0]
    }
    const ann = await together.wander(0, 'ann', { transport })
    const resets: unknown[] = []
    ann.client.when.reset(({ reason }) => resets.push(reason))
    const resumed: unknown[] = []
    for (const [node, server] of together.servers.entries()) {
      server.when.resumed(() => {
        resumed.push(node)
        if (cuts++ < 4) {
          at = 1 - at
          last?.cut()
        }
      })
    }
    const ready = ann.client.when.ready()
    at = 1
    ;(last as unknown as TransportPair).cut()
    for (let i = 0; i < 100; i++) await ends.clock.advance(10)
    const [, how] = await ready
    expect([resumed, how, resets]).toEqual([[1, 0, 1, 0, 1], { resumed: true }, []])
  })

  test('is present there as if it had not been anywhere else', async (ends) => {
    const together = await cluster(ends, 2, {}, (server) => void server.topic('room', { presence: { away: 0 } }))
    const [ann, bob] = [await together.wander(0, 'ann'), await together.wander(1, 'bob')]
    const rooms = [await ann.client.subscribe('room'), await bob.client.subscribe('room')]
    const isRight = () =>
      rooms.every(({ presence }) => presence.get().length === 2 && presence.get().every(({ away }) => !away))
    for (const at of [1, 0, 1, 1, 0]) {
      await ann.moveTo(at)
      await until(isRight)
      // What is still on its way would spoil it.
      for (let i = 0; i < 5; i++) await ends.clock.advance(100)
      expect(isRight()).toBe(true)
      const noted = await together.backplane(0).present('t:room')
      expect(noted?.map(({ node }) => node).sort()).toEqual([at, 1].map((one) => together.backplane(one).node).sort())
    }
  })

  test('hears once what the server says that it comes to, until the very last moment', async (ends) => {
    const hub = createMemoryHub({ clock: ends.clock })
    const servers: WseServer[] = []
    for (const backplane of [hub.backplane(), hearsItselfLate(hub.backplane(), ends)])
      servers.push((await ends.server({ heartbeat: false, backplane })).server)
    let [at, n] = [0, 0]
    let last: TransportPair | null = null
    const transport = (_: string, [protocol]: readonly string[]) => {
      last = createTransportPair({ clock: ends.clock, protocol })
      servers[at]?.accept(last[1], { headers: {} })
      return last[0]
    }
    const ann = ends.client('ws://cluster', { re: { floor: 10, base: 10, cap: 50 }, transport })
    await ann.connect('ann')
    const heard: unknown[] = []
    ann.channel.on('down', (said) => heard.push(said))
    const ready = ann.when.ready()
    at = 1
    ;(last as unknown as TransportPair).cut()
    let isReady = false
    void ready.then(() => (isReady = true))
    while (!isReady) {
      servers[1]?.send('ann', 'down', n++)
      servers[1]?.broadcast('down', n++)
      void servers[1]?.to('ann').send('down', n++)
      await ends.clock.advance(1)
    }
    expect(await ready).toMatchObject([expect.anything(), { resumed: true }])
    await ends.clock.advance(100)
    expect(heard).toEqual(Array.from({ length: n }, (_, i) => i))
  })

  test('hears what is said while it waits where it has come, though its client lost that link on the way', async (ends) => {
    const together = await cluster(ends, 2)
    const ann = await together.wander(0, 'ann', { re: { floor: 1_000, base: 1_000, cap: 1_000 } })
    const heard: unknown[] = []
    ann.client.channel.on('down', (n) => heard.push(n))
    const backplane = together.backplane(1)
    const enter = backplane.enter.bind(backplane)
    let links = 0
    backplane.enter = (...entries) => {
      // The link is gone before the session is here.
      if (links++ === 0) void ann.moveTo(1)
      return enter(...entries)
    }
    const moved = ann.moveTo(1)
    await until(() => serverOf(together, 1).clients.has('ann'))
    expect(ann.client.status).not.toBe('READY')
    for (const [at, server] of together.servers.entries()) server.send('ann', 'down', at)
    const [conn] = serverOf(together, 1).clients.get('ann')?.conns.values() ?? []
    conn?.send('down', 2)
    await moved
    await until(() => heard.length === 3)
    expect(heard).toEqual(expect.arrayContaining([0, 1, 2]))
  })

  test('is not reached any more by the connection it had, and whoever tries is told', async (ends) => {
    for (const isAsking of [false, true]) {
      const together = await cluster(ends, 2)
      const ann = await together.wander(0, 'ann')
      let answer: (value: unknown) => void = () => {}
      ann.client.register('ask', () => new Promise((resolve) => (answer = resolve)))
      ann.client.register('twice', (n: number) => n * 2)
      const [conn] = serverOf(together, 0).clients.get('ann')?.conns.values() ?? []
      const asked = isAsking ? conn?.call('ask') : null
      await ends.clock.settle()
      await ann.moveTo(1)
      await expect(conn?.call('twice', 1)).rejects.toMatchObject({ details: { certainty: 'not-sent' } })
      expect(await serverOf(together, 1).call('ann', 'twice', 2)).toBe(4)
      if (!isAsking) expect(conn?.send('down', 1)).toBe('dropped')
      answer('yes')
      expect(await asked).toBe(isAsking ? 'yes' : null)
      await ann.client.disconnect()
    }
  })
})
