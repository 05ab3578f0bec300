import type { Transport } from '@wse/protocol'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import type { Actor, At } from './actor.js'
import { most, Stage } from './stage.js'

const MIB = 1_048_576
const CROWD = 100
/** A broadcast of each kind every so many ms, for so many rounds. */
const [EVERY, ROUNDS] = [200, 150]
/** Rounds after which one stops reading. */
const STOPS = 20
const TEXT = 'x'.repeat(32 * 1_024)
/** Messages of a queue that wait. */
const WAITING = 20

const KINDS = ['all', 'newest', 'queue', 'volatile'] as const

/** Numbers of each kind a client heard, and when. */
type Heard = Record<(typeof KINDS)[number], At<number>[]>

function listen(stage: Stage, { client }: Actor): Heard {
  const heard: Heard = { all: [], newest: [], queue: [], volatile: [] }
  for (const kind of KINDS) client.channel.on(kind, ({ n }) => heard[kind].push({ at: stage.now, what: n }))
  return heard
}

function broadcast(stage: Stage, n: number): void {
  stage.home.broadcast('all', { n, TEXT })
  stage.home.broadcast('newest', { n }, { latest: '' })
  stage.home.broadcast('queue', { n }, { queue: { frames: WAITING, overflow: 'drop-oldest' } })
  stage.home.broadcast('volatile', { n }, { volatile: true })
}

/** The other end of a client's newest link. */
function transportOf(stage: Stage, { client }: Actor): Transport {
  return (stage.world.link(client) as unknown as { client: Transport }).client
}

const numbers = (row: readonly At<number>[]) => row.map(({ what }) => what)
const everyRound = Array.from({ length: ROUNDS }, (_, n) => n)

test('F19 T60 of 100 one does not read: 4002 for that one, which comes back to what each policy says; the others notice nothing', async () => {
  const stage = new Stage({ server: { resume: { bytes: 16 * MIB, frames: 10_000 } } })
  const actors = Array.from({ length: CROWD }, (_, i) => stage.actor(`user ${i}`))
  for (const actor of actors) actor.connect()
  await stage.world.advance(2_000)
  const heard = actors.map((actor) => listen(stage, actor))
  const [slow, ...others] = actors as [Actor, ...Actor[]]
  const conn = stage.conn(slow.name)
  const sentAt: number[] = []
  let buffered = 0
  let closedAfter = Number.POSITIVE_INFINITY
  for (let n = 0; n < ROUNDS; n++) {
    if (n === STOPS) transportOf(stage, slow).pause?.()
    sentAt.push(stage.now)
    broadcast(stage, n)
    if (conn.state === 'live') buffered = Math.max(buffered, conn.buffered)
    await stage.world.advance(EVERY)
    if (closedAfter > n && conn.state === 'suspended') closedAfter = n
  }
  await stage.world.advance(5_000)

  const lateness = heard.slice(1).flatMap(({ all }) => all.map(({ at, what }) => at - (sentAt[what] as number)))
  for (const row of heard.slice(1)) for (const kind of KINDS) expect(numbers(row[kind])).toEqual(everyRound)
  expect(others.flatMap(({ codes }) => codes)).toEqual([])
  expect(most(lateness)).toBe(20)

  expect(stage.words().filter((word) => word.startsWith('error'))).toEqual([expect.stringContaining('slow-reader')])
  expect([slow.codes, slow.reasons, slow.readies.at(-1)?.what.resumed]).toEqual([[1006], [], true])
  expect(buffered).toBeLessThan(2 * MIB)
  const [own] = heard as [Heard, ...Heard[]]
  expect(numbers(own.all)).toEqual(everyRound)
  // States that left before the network was full came, then the newest of those that did not.
  const states = numbers(own.newest)
  const back = states.findIndex((n, i) => n !== i)
  const returned = states[back] as number
  expect([back >= STOPS, returned > closedAfter]).toEqual([true, true])
  expect(states.slice(back)).toEqual(everyRound.slice(returned))
  expect(numbers(own.queue)).toEqual(everyRound.filter((n) => n < back || n > returned - WAITING))
  expect(everyRound.filter((n) => !numbers(own.volatile).includes(n))).toEqual(everyRound.slice(STOPS, returned + 1))
  await stage.clean()
  figure('F19', {
    connections: CROWD,
    bufferedMost: buffered,
    neighboursLateMs: most(lateness) - 20,
    statesSkipped: returned - back,
  })
})

test('F19 one that reads slowly gets the newest states, and is kept', async () => {
  const stage = new Stage()
  const ann = await stage.ready('ann')
  const heard = listen(stage, ann)
  // 2 KB a second, of which twenty times as much is sent.
  stage.world.link(ann.client).slice({ bytes: 200, every: 100 })
  const conn = stage.conn('ann')
  const text = 'x'.repeat(4_000)
  let drains = 0
  stage.home.when.drain(() => drains++)
  for (let n = 0; n < 300; n++) {
    stage.home.broadcast('newest', { n, text }, { latest: '' })
    await stage.world.advance(100)
    expect(conn.buffered).toBeLessThan(300_000)
  }
  const [before, inAll] = [heard.newest.length, 300]
  expect(before).toBeLessThan(inAll / 10)
  stage.world.link(ann.client).slice(null)
  await stage.world.advance(200_000)
  expect([ann.codes, ann.reasons, conn.buffered, drains]).toEqual([[], [], 0, 1])
  expect(numbers(heard.newest).at(-1)).toBe(inAll - 1)
  await stage.clean()
})
