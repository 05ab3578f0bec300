import { WseClient } from '@wse/client'
import { WseServer } from '@wse/server'
import { expect, it } from 'vitest'
import { createFaultProxy } from '../../fixtures/fault-proxy/fault-proxy.js'
import { figure } from '../figures.js'
import { Talk } from './talk.e2e.js'

/** Seconds of flapping. */
const SECONDS = 30
/** Milliseconds between two rounds of a message and a call each way. */
const PACE = 20

it(`F9 ${SECONDS} s of links that die every 50 to 300 ms, under load both ways, are exact`, {
  timeout: 60_000,
}, async () => {
  const talks = new Map<unknown, Talk>()
  const server = new WseServer({ port: 0, identify: ({ identity, accept }) => accept(identity.user) })
  Talk.serve(server, talks)
  const proxy = await createFaultProxy((await server.listen()).port)
  const client = new WseClient({ url: proxy.url, re: { floor: 1, base: 5, cap: 20 } })
  const talk = new Talk(server, client, 'ann')
  talks.set('ann', talk)
  const ended: number[] = []
  server.when.disconnected((_, code) => ended.push(code))
  let [resumed, cuts] = [0, 0]
  client.when.ready((_, how) => {
    if (how.resumed) resumed++
  })
  await client.connect({ user: 'ann' })
  const heap = process.memoryUsage().rss
  const end = performance.now() + SECONDS * 1_000
  const pace = setInterval(() => talk.say(), PACE)
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 250))
    if (cuts++ % 2 === 0) proxy.cutAll()
    else proxy.resetAll()
  }
  clearInterval(pace)
  await talk.over()
  const grown = Math.round((process.memoryUsage().rss - heap) / 1_048_576)
  figure('F9', {
    seconds: SECONDS,
    cuts,
    resumed,
    messages: talk.toServer.length + talk.toClient.length,
    lost: 0,
    grown,
  })
  expect([talk.resets, ended]).toEqual([0, []])
  expect(resumed).toBeGreaterThan(SECONDS)
  await client.disconnect()
  await server.close()
  await proxy.close()
})
