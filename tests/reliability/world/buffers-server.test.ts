import { expect, test } from 'vitest'
import { deviceOf } from '../../../packages/server/src/people/people.js'
import { figure } from '../figures.js'
import { away, comeBack, expectEmpty, FRAMES, filled } from './buffers.js'
import { Stage } from './stage.js'

/** Characters or bytes a server keeps for one session. */
const SERVER_BYTES = 262_144

test('F28 server, suspended: as many frames as may be are kept, one more ends the session', async () => {
  const exact = await away()
  const traffic = exact.stage.traffic(exact.ann)
  traffic.down(FRAMES)
  expect(exact.conn.state).toBe('suspended')
  await comeBack(exact.stage, exact.ann)
  expect([exact.ann.reasons, traffic.heardDown.length]).toEqual([[], FRAMES])
  await expectEmpty(exact.stage, exact.ann)
  await exact.stage.exactAndClean()

  const { stage, ann, conn } = await away()
  for (let i = 0; i < FRAMES; i++) conn.send('m', i)
  const from = stage.now
  expect(conn.send('m', FRAMES)).toBe('dropped')
  expect([conn.state, stage.words(from)]).toEqual([
    'closed',
    ['suspended ann', 'reset ann server-buffer', 'disconnected ann 1006', 'left ann 1006'],
  ])
  expect(stage.home.inspect()).toMatchObject({ suspended: 0, suspendedBytes: 0, tokens: 0 })
  await comeBack(stage, ann)
  expect(ann.reasons).toEqual(['server-buffer'])
  await expectEmpty(stage, ann)
  await stage.clean()
  figure('F28-server', { frames: FRAMES, bytes: SERVER_BYTES, beyond: 'server-buffer' })
})

test('F28 server, suspended: as many bytes as may be are kept, one more ends the session', async () => {
  for (const [more, state] of [
    [0, 'suspended'],
    [1, 'closed'],
  ] as const) {
    const { stage, ann, conn } = await away()
    const heard: string[] = []
    ann.client.channel.on('fill', (text) => heard.push(text))
    for (let i = 0; i < 4; i++) conn.send('fill', filled(SERVER_BYTES / 4 + (i === 3 ? more : 0)))
    expect([conn.state, stage.home.inspect().suspendedBytes]).toEqual([state, more === 0 ? SERVER_BYTES : 0])
    await comeBack(stage, ann)
    expect([heard.length, ann.reasons]).toEqual(more === 0 ? [4, []] : [0, ['server-buffer']])
    await expectEmpty(stage, ann)
    await stage.clean()
  }
})

test('F28 server, live: what the client does not acknowledge is forgotten beyond the bounds, and nothing else', async () => {
  for (const count of [FRAMES, FRAMES + 1, 3 * FRAMES]) {
    const stage = new Stage()
    const ann = await stage.ready('ann')
    const traffic = stage.traffic(ann)
    const { session } = deviceOf(stage.conn('ann'))
    stage.world.link(ann.client).stall('up')
    traffic.down(count)
    await stage.world.advance(1_000)
    expect([traffic.heardDown.length, session.ledger.kept]).toEqual([count, FRAMES])
    // All of it has arrived: what was forgotten is not missed.
    stage.world.link(ann.client).cut()
    await stage.world.advance(5_000)
    expect([ann.client.status, ann.reasons]).toEqual(['READY', []])
    await expectEmpty(stage, ann)
    await stage.exactAndClean()
  }
})

test('F28 server, live: what was forgotten and had not arrived ends the session, from the first frame on', async () => {
  for (const { count, reasons, heard } of [
    { count: FRAMES, reasons: [], heard: FRAMES },
    { count: FRAMES + 1, reasons: ['server-buffer'], heard: 0 },
  ]) {
    const stage = new Stage()
    const ann = await stage.ready('ann')
    const traffic = stage.traffic(ann)
    stage.world.link(ann.client).stall('down')
    traffic.down(count)
    await stage.world.advance(1_000)
    stage.world.link(ann.client).cut()
    await stage.world.advance(5_000)
    expect([ann.client.status, ann.reasons, traffic.heardDown.length]).toEqual(['READY', reasons, heard])
    await expectEmpty(stage, ann)
    await stage.clean()
  }
})
