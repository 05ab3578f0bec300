import { WSE_CLOSE } from '@wse/client'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { most, Stage } from './stage.js'

/** What an end that gets no answer to its close waits before it terminates the link. */
const CLOSE_BOUND = 5_000

/** 1,000 frames each way at once, answers included, over a link that takes some 100 ms for them; a cut after `ms`. */
async function burst(ms: number) {
  const stage = new Stage()
  const ann = await stage.ready('ann')
  const traffic = stage.traffic(ann)
  const link = stage.world.link(ann.client)
  link.slice({ bytes: 10, every: 0.1 })
  for (let call = 0; call < 10; call++) {
    traffic.up(98)
    traffic.down(98)
    traffic.ask()
    traffic.demand()
  }
  await stage.world.advance(ms)
  link.cut()
  const [before, at] = [traffic.messages, stage.now]
  await stage.world.advance(10_000)
  expect([ann.reasons, ann.readies.at(-1)?.what.resumed]).toEqual([[], true])
  await stage.exactAndClean()
  return { before, repeated: stage.lines(/#2 .*\["m",/).length / 2, readyMs: ann.readyAfter(at) }
}

test('F5 a cut in the midst of a burst of 1,000 both ways is exact', async () => {
  const cases = []
  for (const ms of [0, 20, 30, 50, 60, 70, 80, 100, 120, 200]) cases.push(await burst(ms))
  // Cuts before anything, in the middle, and after all of it had come.
  expect(cases.some(({ before }) => before === 0)).toBe(true)
  expect(cases.filter(({ before }) => before > 100 && before < 1_900).length).toBeGreaterThan(3)
  expect(cases.some(({ before }) => before === 1_980)).toBe(true)
  const repeated = most(cases.map((one) => one.repeated))
  figure('F5', { cases: cases.length, frames: 2_000, repeated, readyMs: most(cases.map(({ readyMs }) => readyMs)) })
})

test('F6 the server’s transport ends without a close frame: exact', async () => {
  const stage = new Stage()
  const ann = await stage.ready('ann')
  stage.traffic(ann)
  await stage.talk(1_000, 10)
  stage.conn('ann').terminate()
  const from = stage.now
  await stage.talk(2_000, 10)
  await stage.world.advance(5_000)
  expect([ann.codes, ann.reasons, ann.readies.at(-1)?.what.resumed]).toEqual([[1006], [], true])
  await stage.exactAndClean()
  figure('F6-terminated', { closedMs: ann.closedAfter(from), readyMs: ann.readyAfter(from) })
})

test('F6 a close whose answer never comes ends within 5 s, and the session goes on', async () => {
  const stage = new Stage()
  const ann = await stage.ready('ann')
  stage.traffic(ann)
  const link = stage.world.link(ann.client)
  await stage.talk(1_000, 100)
  link.stall('up')
  await stage.talk(5_000, 100)
  let closing = 0
  while (link.state('server') !== 'closed') {
    if (link.state('server') === 'closing') closing ||= stage.now
    await stage.world.advance(20)
    expect(stage.now).toBeLessThan(60_000)
  }
  const took = stage.now - closing
  expect(closing).toBeGreaterThan(0)
  expect(took).toBeGreaterThan(CLOSE_BOUND - 100)
  expect(took).toBeLessThanOrEqual(CLOSE_BOUND)
  await stage.world.advance(2_000)
  expect([ann.codes[0], ann.reasons]).toEqual([WSE_CLOSE.NO_PONG, []])
  expect([stage.home.inspect().links, ann.client.inspect().links]).toEqual([1, 1])
  await stage.exactAndClean()
  figure('F6', { goneMs: took })
})

test('F6 neither disconnect() nor server.close() waits longer than 5 s for an answer', async () => {
  const took: number[] = []
  for (const who of ['client', 'server'] as const) {
    const stage = new Stage()
    const ann = await stage.ready('ann')
    stage.world.link(ann.client).stall()
    const from = stage.now
    let gone = 0
    const leaving = who === 'client' ? ann.client.disconnect() : stage.home.close()
    void leaving.then(() => {
      gone = stage.now
    })
    await stage.world.advance(CLOSE_BOUND)
    expect(gone).toBeGreaterThan(from)
    took.push(gone - from)
    await stage.clean()
  }
  figure('F6-leaving', { clientMs: took[0] ?? 0, serverMs: took[1] ?? 0 })
})
