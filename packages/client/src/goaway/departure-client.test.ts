import {
  createScriptedPeer,
  createTestClock,
  createTransportPair,
  type ScriptedPeer,
  type TestClock,
} from '@wse/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WseClient } from '../client.js'

const [HOME, ELSEWHERE] = ['ws://home.example', 'ws://elsewhere.example']

let clock: TestClock
let client: WseClient
/** Links that were opened: where to, and the server's end. */
let opened: { url: string; server: ScriptedPeer }[]

beforeEach(async () => {
  clock = createTestClock()
  opened = []
  const transport = (url: string) => {
    const [near, far] = createTransportPair({ clock })
    const server = createScriptedPeer(far)
    opened.push({ url, server })
    server.next().then(
      () => server.welcome(),
      () => {},
    )
    return near
  }
  client = new WseClient({ url: HOME, transport, clock, re: true, wake: false })
  const connecting = client.connect('ann')
  await clock.advance(100)
  await connecting
})

afterEach(async () => {
  const leaving = client.disconnect()
  await clock.advance(10_000)
  await leaving
  expect(clock.armed).toBe(0)
})

const urls = () => opened.map(({ url }) => url)

/** The server of the last link asks its client to leave in ten seconds. */
async function goaway(): Promise<void> {
  opened.at(-1)?.server.send(['~wse:goaway', { reason: 'wse.restart', delay: 10_000, deadline: 25_000 }])
  await clock.advance(100)
}

describe('a client that was asked to leave', () => {
  it('leaves when it is time', async () => {
    await goaway()
    await clock.advance(30_000)
    expect(urls()).toEqual([HOME, HOME])
    expect(opened[0]?.server.closedWith?.code).toBe(4000)
  })

  it('and has jumped elsewhere by itself meanwhile is not called back', async () => {
    await goaway()
    const jumping = client.jump(ELSEWHERE)
    await clock.advance(100)
    await jumping
    await clock.advance(30_000)
    expect([urls(), client.url]).toEqual([[HOME, ELSEWHERE], ELSEWHERE])
  })

  it('and was closed for good meanwhile does not come back', async () => {
    await goaway()
    opened[0]?.server.close(4503, 'wse.revoked')
    await clock.advance(30_000)
    expect(urls()).toEqual([HOME])
  })

  it('and has lost its link meanwhile, and come back, has left already', async () => {
    await goaway()
    opened[0]?.server.close(4001, 'wse.restart')
    await clock.advance(5_000)
    expect(urls()).toEqual([HOME, HOME])
    await clock.advance(30_000)
    expect(urls()).toEqual([HOME, HOME])
  })
})
