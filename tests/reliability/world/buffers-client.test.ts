import { WSE_ERROR } from '@wse/client'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { away, comeBack, expectEmpty, FRAMES, filled, refusal } from './buffers.js'
import { Stage } from './stage.js'

/** Characters or bytes a client keeps. */
const CLIENT_BYTES = 1_048_576
/** What of its queue a client gives to messages and calls. */
const SHARE = 0.75

test('F28 client, away: messages and calls may fill three quarters of its frames, one more is QUEUE_FULL', async () => {
  const { stage, ann } = await away()
  const traffic = stage.traffic(ann)
  const room = FRAMES * SHARE
  traffic.up(room - 1)
  traffic.ask()
  expect(ann.client.inspect().queuedFrames).toBe(room)
  expect(refusal(() => ann.client.send('m', -1))).toBe(WSE_ERROR.QUEUE_FULL)
  const call = ann.client.call('echo', -1).catch(({ code, details }) => [code, details.certainty])
  expect(await call).toEqual([WSE_ERROR.QUEUE_FULL, 'not-sent'])
  await comeBack(stage, ann)
  expect([traffic.heardUp.length, ann.reasons]).toEqual([room, []])
  await expectEmpty(stage, ann)
  await stage.exactAndClean()
  figure('F28-client', { frames: FRAMES, bytes: CLIENT_BYTES, messagesAndCalls: room, beyond: 'QUEUE_FULL' })
})

test('F28 client, away: and three quarters of its bytes', async () => {
  const { stage, ann } = await away()
  const heard: unknown[] = []
  stage.home.channel.on('fill', (_, text) => heard.push(text))
  const room = CLIENT_BYTES * SHARE
  ann.client.send('fill', filled(room / 2))
  expect(refusal(() => ann.client.send('fill', filled(room / 2 + 1)))).toBe(WSE_ERROR.QUEUE_FULL)
  ann.client.send('fill', filled(room / 2))
  expect(ann.client.inspect().keptBytes).toBe(room)
  expect(refusal(() => ann.client.send('m'))).toBe(WSE_ERROR.QUEUE_FULL)
  await comeBack(stage, ann)
  expect([heard.length, ann.reasons]).toEqual([2, []])
  await expectEmpty(stage, ann)
  await stage.clean()
})

/** A client with room for 20 frames, whose server has made `calls` calls when the link goes; none has been answered. */
async function answering(calls: number) {
  const stage = new Stage()
  const ann = await stage.ready('ann', { queue: { frames: 20 } })
  const finish: (() => void)[] = []
  ann.client.register('late', () => new Promise((resolve) => finish.push(() => resolve('done'))))
  const conn = stage.conn('ann')
  const answers: unknown[] = []
  const note = (answer: unknown) => answers.push(answer)
  for (let i = 0; i < calls; i++) conn.call('late', i, { timeout: 0 }).then(note, ({ code }) => note(code))
  await stage.world.advance(2_000)
  stage.world.refuse(stage.home)
  stage.world.link(ann.client).cut()
  await stage.world.settle()
  for (let i = 0; i < 15; i++) ann.client.send('m', i)
  expect(refusal(() => ann.client.send('m', 15))).toBe(WSE_ERROR.QUEUE_FULL)
  for (const done of finish) done()
  await stage.world.settle()
  return { stage, ann, answers }
}

test('F28 client, away: the last quarter is for answers, and when that is full, too, the session is given up', async () => {
  const fits = await answering(5)
  expect([fits.ann.client.inspect().queuedFrames, fits.ann.reasons]).toEqual([20, []])
  await comeBack(fits.stage, fits.ann)
  expect([fits.answers, fits.ann.reasons]).toEqual([Array(5).fill('done'), []])
  await expectEmpty(fits.stage, fits.ann)
  await fits.stage.clean()

  const { stage, ann, answers } = await answering(6)
  expect(ann.reasons).toEqual(['queue-full'])
  await comeBack(stage, ann)
  expect([answers, ann.reasons]).toEqual([Array(6).fill(WSE_ERROR.RP_DISCONNECT), ['queue-full']])
  await expectEmpty(stage, ann)
  await stage.clean()
})

test('F28 client, live: what the server does not acknowledge is forgotten beyond the bounds, and nothing else', async () => {
  for (const count of [FRAMES, FRAMES + 1, 3 * FRAMES]) {
    const stage = new Stage()
    const ann = await stage.ready('ann')
    const traffic = stage.traffic(ann)
    stage.world.link(ann.client).stall('down')
    traffic.up(count)
    await stage.world.advance(1_000)
    expect(traffic.heardUp.length).toBe(count)
    stage.world.link(ann.client).cut()
    await stage.world.advance(5_000)
    expect([ann.client.status, ann.reasons]).toEqual(['READY', []])
    await expectEmpty(stage, ann)
    await stage.exactAndClean()
  }
})

test('F28 client, live: what was forgotten and had not arrived ends the session, and is told', async () => {
  for (const [count, reasons] of [
    [FRAMES, []],
    [FRAMES + 1, ['client-buffer']],
  ] as const) {
    const stage = new Stage()
    const ann = await stage.ready('ann')
    const traffic = stage.traffic(ann)
    stage.world.link(ann.client).stall('up')
    traffic.up(count)
    await stage.world.advance(1_000)
    stage.world.link(ann.client).cut()
    await stage.world.advance(5_000)
    expect([ann.client.status, ann.reasons]).toEqual(['READY', reasons])
    // The one that is gone is the first; all others go on in the new session.
    expect([traffic.heardUp.length, traffic.heardUp[0]]).toEqual([FRAMES, count - FRAMES])
    expect(ann.resets.map(({ what }) => what.unlisted)).toEqual(reasons.map(() => 1))
    await expectEmpty(stage, ann)
    await stage.clean()
  }
})
