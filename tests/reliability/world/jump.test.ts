import { WSE_ERROR, type WseError } from '@wse/client'
import type { WseServer } from '@wse/server'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import type { Actor } from './actor.js'
import { Stage, type StageOptions } from './stage.js'

/** What became of the calls and jumps of all tests here. */
const fate = { pending: 0, resolved: 0, rejected: 0 }

/** A client at home, and two more servers. `slow` answers after a second with the name of where it ran. */
async function scene(options: StageOptions = {}) {
  const names = ['home', 'b', 'c']
  const stage = new Stage({
    ...options,
    prepare: (server) => {
      const name = names.shift()
      server.register('slow', () => new Promise((resolve) => stageClock().setTimer(() => resolve(name), 1_000)))
    },
  })
  const stageClock = () => stage.world.clock
  const [b, c] = [stage.world.server('b'), stage.world.server('c')]
  const ann = await stage.ready('ann')
  return { stage, ann, b, c }
}

/** What becomes of a promise, without waiting for it. */
function watch(promise: Promise<unknown>): { code: string } {
  const seen = { code: 'pending' }
  fate.pending++
  promise.then(
    (value) => {
      fate.pending--
      fate.resolved++
      seen.code = `ok ${value}`
    },
    (error: WseError) => {
      fate.pending--
      fate.rejected++
      seen.code = error.code
    },
  )
  return seen
}

/** The client goes on at `server`, and nobody else has anything of it. */
async function expectAt(
  stage: Stage,
  { client, resets }: Actor,
  server: WseServer,
  others: WseServer[],
): Promise<void> {
  await stage.world.advance(8_000)
  expect([client.status, client.url, resets]).toEqual(['READY', stage.world.urlOf(server), []])
  expect(server.inspect()).toMatchObject({ links: 1, connections: 1, suspended: 0, handshakes: 0 })
  for (const other of others) {
    for (const [name, count] of Object.entries(other.inspect())) expect([name, count]).toEqual([name, 0])
  }
  expect(client.inspect()).toMatchObject({ links: 1, attempts: 0, retiredSessions: 0, departures: 0, pendingCalls: 0 })
}

test('F27 during calls: they finish on the old link, and what is new goes to the new server', async () => {
  const { stage, ann, b, c } = await scene()
  const conn = stage.conn('ann')
  ann.client.register('late', () => new Promise((resolve) => stage.world.clock.setTimer(() => resolve('late'), 900)))
  const calls = [watch(ann.client.call('slow')), watch(ann.client.call('slow')), watch(conn.call('late'))]
  await stage.world.advance(100)
  const jump = watch(ann.client.jump(stage.world.urlOf(b)))
  await stage.world.advance(200)
  expect(jump.code).toBe('ok undefined')
  const after = watch(ann.client.call('slow'))
  expect(stage.home.inspect().links).toBe(1)
  await stage.world.advance(2_000)
  expect(calls.map(({ code }) => code)).toEqual(['ok home', 'ok home', 'ok late'])
  expect(after.code).toBe('ok b')
  await expectAt(stage, ann, b, [stage.home, c])
  expect(ann.codes).toEqual([])
  await stage.clean()
})

test('F27 to a target that is down, that refuses, or that answers nothing: the old link is untouched', async () => {
  const codes: string[] = []
  const { stage, ann, b, c } = await scene({
    server: {
      identify: ({ identity, accept, refuse }) => (identity === 'wrong' ? refuse() : accept(String(identity))),
    },
  })
  const traffic = stage.traffic(ann)
  stage.world.refuse(b)
  stage.world.partition(ann.client, c)
  for (const jump of [() => ann.client.jump(stage.world.urlOf(b)), () => ann.client.jump(stage.world.urlOf(c))]) {
    const seen = watch(jump())
    await stage.talk(12_000, 200)
    codes.push(seen.code)
  }
  stage.world.admit(b)
  const seen = watch(ann.client.jump(stage.world.urlOf(b), 'wrong'))
  await stage.talk(1_000, 200)
  codes.push(seen.code)
  expect(codes).toEqual([WSE_ERROR.CONNECT_FAILED, WSE_ERROR.CONNECT_TIMEOUT, WSE_ERROR.NOT_AUTHORIZED])
  await expectAt(stage, ann, stage.home, [b, c])
  expect([ann.codes, ann.readies.length]).toEqual([[], 1])
  traffic.expectExact()
  // Its identity is still the one it had.
  stage.world.links(ann.client)[0]?.cut()
  await expectAt(stage, ann, stage.home, [b, c])
  expect(ann.readies.at(-1)?.what.resumed).toBe(true)
  await stage.exactAndClean()
})

test('F27 while it comes back: the jump overtakes, and what was told the old server goes nowhere unseen', async () => {
  const { stage, ann, b, c } = await scene()
  const traffic = stage.traffic(ann, () => b)
  const lost = watch(ann.client.call('slow'))
  stage.world.refuse(stage.home)
  stage.world.link(ann.client).cut()
  await stage.world.advance(5_000)
  expect(ann.client.status).toBe('RE_CONNECTING')
  ann.client.send('m', 'queued for home')
  const jump = watch(ann.client.jump(stage.world.urlOf(b)))
  await stage.world.advance(1_000)
  expect([jump.code, ann.client.status, lost.code]).toEqual(['ok undefined', 'READY', WSE_ERROR.RP_DISCONNECT])
  expect(ann.resets.map(({ what }) => [what.reason, what.notSent.length + what.unknown.length])).toEqual([['jump', 1]])
  ann.resets.length = 0
  await stage.talk(2_000, 100)
  stage.world.admit(stage.home)
  // The session at home waits for nobody until its window is over.
  await stage.world.advance(120_000)
  await expectAt(stage, ann, b, [stage.home, c])
  traffic.expectExact()
  await stage.exactAndClean()
})

test('F27 twice: the last wins, whenever the second comes', async () => {
  for (const wait of [0, 10, 30, 50, 70, 79, 80, 90]) {
    const { stage, ann, b, c } = await scene()
    const call = watch(ann.client.call('slow'))
    const first = watch(ann.client.jump(stage.world.urlOf(b)))
    await stage.world.advance(wait)
    const second = watch(ann.client.jump(stage.world.urlOf(c)))
    await stage.world.advance(2_000)
    expect(second.code).toBe('ok undefined')
    expect(first.code).toBe(wait < 80 ? WSE_ERROR.JUMP_CANCELLED : 'ok undefined')
    expect(call.code).toBe('ok home')
    await expectAt(stage, ann, c, [stage.home, b])
    await stage.clean()
  }
})

test('F27 disconnect() during a jump leaves nothing, anywhere', async () => {
  for (const wait of [0, 20, 40, 60, 79, 81, 300]) {
    const { stage, ann, b, c } = await scene()
    const call = watch(ann.client.call('slow'))
    const jump = watch(ann.client.jump(stage.world.urlOf(b)))
    await stage.world.advance(wait)
    const gone = watch(ann.client.disconnect())
    await stage.world.advance(6_000)
    expect(gone.code).toBe('ok undefined')
    expect(jump.code).toBe(wait < 80 ? WSE_ERROR.JUMP_CANCELLED : 'ok undefined')
    expect(call.code).toBe(WSE_ERROR.RP_DISCONNECT)
    for (const end of [ann.client, stage.home, b, c]) {
      for (const [name, count] of Object.entries(end.inspect())) expect([name, count]).toEqual([name, 0])
    }
    await stage.clean()
  }
  expect(fate.pending).toBe(0)
  figure('F27', fate)
})
