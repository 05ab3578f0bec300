import { createTestClock, type TestClock } from '@wse/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { Nodes } from './nodes.js'

const LEASE = 1_000
const idOf = (letter: string) => letter.repeat(21)
const [OWN, ANN, BOB] = [idOf('o'), idOf('a'), idOf('b')]
const seat = (id: string, number = 0) => `${id}.${number}`

let clock: TestClock
let nodes: Nodes
let told: string[]

function make(shards: number): void {
  told = []
  nodes = new Nodes(OWN, shards, clock, LEASE, (id, became) => told.push(`${id[0]} ${became}`))
}

beforeEach(() => {
  clock = createTestClock()
  make(2)
})

describe('nodes', () => {
  it('are those who have a seat on any shard, and are told once', () => {
    nodes.listed(0, [seat(OWN), seat(ANN)], false)
    nodes.listed(1, [seat(OWN), seat(ANN), seat(BOB)], false)
    nodes.taken(0, seat(BOB))
    nodes.listed(0, [seat(OWN), seat(ANN), seat(BOB)], false)
    expect(told).toEqual(['a up', 'b up'])
    expect([...nodes.ids].sort()).toEqual([ANN, BOB, OWN])
  })

  it('are gone when their leases have run out on all shards', () => {
    for (const shard of [0, 1]) nodes.listed(shard, [seat(OWN), seat(ANN)], false)
    nodes.ranOut(0, seat(ANN))
    expect(told).toEqual(['a up'])
    nodes.ranOut(1, seat(ANN))
    nodes.ranOut(1, seat(ANN))
    expect(told).toEqual(['a up', 'a down'])
  })

  it('come back under the same id with another seat', () => {
    nodes.listed(0, [seat(OWN), seat(ANN)], false)
    nodes.taken(0, seat(ANN, 1))
    // What it had before runs out: it is there all the same.
    nodes.ranOut(0, seat(ANN))
    expect(told).toEqual(['a up'])
    nodes.ranOut(0, seat(ANN, 1))
    nodes.taken(0, seat(ANN, 2))
    expect(told).toEqual(['a up', 'a down', 'a up'])
  })

  it('that have left do not come back by an older list', async () => {
    for (const shard of [0, 1]) nodes.listed(shard, [seat(OWN), seat(ANN)], false)
    nodes.leftFor(ANN)
    nodes.listed(1, [seat(OWN), seat(ANN)], false)
    nodes.taken(0, seat(ANN))
    expect(told).toEqual(['a up', 'a down'])
    for (const shard of [0, 1]) nodes.listed(shard, [seat(OWN)], false)
    await clock.advance(LEASE)
    nodes.listed(0, [seat(OWN)], false)
    expect(told).toEqual(['a up', 'a down'])
  })

  it('are judged by the shards that can be reached', () => {
    nodes.listed(0, [seat(OWN), seat(ANN)], false)
    nodes.listed(1, [seat(OWN), seat(ANN), seat(BOB)], false)
    nodes.cut(1)
    expect(told).toEqual(['a up', 'b up', 'b down'])
  })

  it('stay as they were while no shard can be reached, and are compared then', () => {
    make(1)
    nodes.listed(0, [seat(OWN), seat(ANN), seat(BOB)], false)
    nodes.cut(0)
    expect(told).toEqual(['a up', 'b up'])
    nodes.listed(0, [seat(OWN), seat(BOB)], false)
    expect(told).toEqual(['a up', 'b up', 'a down'])
  })

  it('have the time of a lease to come back where the engine has lost who was there', async () => {
    make(1)
    nodes.listed(0, [seat(OWN), seat(ANN), seat(BOB)], false)
    nodes.cut(0)
    nodes.listed(0, [seat(OWN, 1)], true)
    nodes.taken(0, seat(ANN, 1))
    await clock.advance(LEASE - 1)
    nodes.listed(0, [seat(OWN, 1), seat(ANN, 1)], false)
    expect(told).toEqual(['a up', 'b up'])
    await clock.advance(1)
    nodes.listed(0, [seat(OWN, 1), seat(ANN, 1)], false)
    expect(told).toEqual(['a up', 'b up', 'b down'])
  })

  it('are told no more once it is over, be that while it is told', () => {
    nodes = new Nodes(OWN, 1, clock, LEASE, (id, became) => {
      told.push(`${id[0]} ${became}`)
      nodes.clear()
    })
    nodes.listed(0, [seat(ANN), seat(BOB)], false)
    expect(told).toEqual(['a up'])
    expect(nodes.ids.size).toBe(0)
  })
})
