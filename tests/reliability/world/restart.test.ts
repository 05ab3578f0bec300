import type { WseServer } from '@wse/server'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { Stage } from './stage.js'

/** Greets whoever connects, so that something of the new session comes at once. */
function greeting(server: WseServer): void {
  server.when.connected((conn) => conn.send('hello', 'from the new session'))
}

/** The server is another one at the same url, gone in one way or the other. */
async function restarted(how: 'crash' | 'silent' | 'close') {
  const stage = new Stage({ prepare: greeting })
  const { world } = stage
  const ann = stage.actor('ann')
  const log: string[] = []
  ann.client.channel.on('hello', () => log.push('hello'))
  ann.client.when.reset(({ reason }) => log.push(`reset ${reason}`))
  ann.client.when.ready((_, { resumed }) => log.push(`ready ${resumed}`))
  ann.connect()
  await world.advance(2_000)
  const traffic = stage.traffic(ann)
  await stage.talk(5_000, 500)
  await world.advance(1_100)
  traffic.expectExact()
  log.length = 0
  const from = stage.now
  if (how === 'close') {
    void stage.home.close()
    await world.advance(100)
  } else world.crash(stage.home, { silent: how === 'silent' })
  if (how === 'silent') await world.advance(40_000)
  const again = world.restart(stage.home)
  const readyFrom = stage.now
  await world.advance(20_000)
  expect(ann.client.status).toBe('READY')
  const epochs = new Set(stage.lines(/"epoch"/).map((line) => /"epoch":"([^"]+)"/.exec(line)?.[1]))
  expect(epochs.size).toBe(2)
  expect(again.inspect()).toMatchObject({ connections: 1, suspended: 0 })
  await world.advance(2_000)
  await stage.clean()
  return { log, resets: ann.resets, from, readyMs: ann.readyAfter(readyFrom) }
}

for (const how of ['crash', 'silent', 'close'] as const) {
  test(`F31 a server that is another one (${how}): one reset, before anything of the new session`, async () => {
    const { log, resets, readyMs } = await restarted(how)
    expect(log[0]).toBe('reset unknown-session')
    expect(log.slice(1).sort()).toEqual(['hello', 'ready false'])
    // All of it had been acknowledged.
    expect(resets.map(({ what }) => [what.unknown.length, what.notSent.length, what.unlisted])).toEqual([[0, 0, 0]])
    figure(`F31-${how}`, { resets: resets.length, readyMs })
  })
}

test('F31 what was sent meanwhile: certainly unsent goes on in the new session, the rest is told', async () => {
  const stage = new Stage()
  const { world } = stage
  const ann = await stage.ready('ann')
  const traffic = stage.traffic(ann)
  await stage.talk(5_000, 500)
  await world.advance(1_100)
  const before = traffic.saidUp
  // Given to the old link, and lost with it.
  traffic.up(3)
  world.crash(stage.home)
  await world.advance(100)
  traffic.up(4)
  world.restart(stage.home)
  await world.advance(20_000)
  expect(ann.resets.map(({ what }) => [what.unknown.map(({ payload }) => payload), what.notSent])).toEqual([
    [[before, before + 1, before + 2], []],
  ])
  expect(traffic.heardUp.slice(before)).toEqual([3, 4, 5, 6].map((n) => before + n))
  expect(stage.words().filter((word) => word.startsWith('error'))).toEqual([])
  figure('F31', { resets: 1, unknown: 3, carriedOver: 4 })
  await stage.clean()
})
