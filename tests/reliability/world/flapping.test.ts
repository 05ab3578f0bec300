import type { WorldLink } from '@wse/testing'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { type ActorOptions, Stage } from './stage.js'

/** Cuts each link 50 to 300 ms after it was dialled, READY or not, while `on` says so; of every other the server learns later. */
function flapper(stage: Stage, on: () => boolean): (link: WorldLink) => void {
  const { clock } = stage.world
  return (link) => {
    const cut = () => on() && link.cut(link.id % 2 === 0 ? 'client' : undefined)
    clock.setTimer(cut, 50 + stage.world.random() * 250)
  }
}

/** A minute in which links die, and what is said in it. */
async function flap(seed: number, every: number, options: ActorOptions) {
  const stage = new Stage({ seed, latency: 10, jitter: 5 })
  let on = false
  const ann = await stage.ready('ann', { ...options, dialled: flapper(stage, () => on) })
  const traffic = stage.traffic(ann)
  on = true
  stage.world.link(ann.client).cut()
  await stage.talk(60_000, every)
  on = false
  await stage.world.advance(40_000)
  expect(ann.client.status).toBe('READY')
  expect(ann.reasons).toEqual([])
  expect(stage.words().filter((word) => /^(reset|error|left|disconnected)/.test(word))).toEqual([])
  expect(stage.words().filter((word) => /^(joined|connected)/.test(word))).toEqual(['joined ann', 'connected ann'])
  expect(stage.lines(/token-reused/)).toEqual([])
  const resumes = ann.readies.filter(({ what }) => what.resumed).length
  const links = stage.world.links().length
  await stage.exactAndClean()
  return { links, resumes, messages: traffic.messages, calls: traffic.answered }
}

test('F9 links that die every 50 to 300 ms for a minute lose and double nothing', async () => {
  const total = { links: 0, resumes: 0, messages: 0, calls: 0 }
  for (const seed of [1, 2, 3]) {
    const { links, resumes, messages, calls } = await flap(seed, 20, { re: { floor: 5, base: 20, cap: 60 } })
    expect(links).toBeGreaterThan(150)
    expect(resumes).toBeGreaterThan(100)
    total.links += links
    total.resumes += resumes
    total.messages += messages
    total.calls += calls
  }
  figure('F9-world', { minutes: 3, ...total })
})

test('F9 with the backoff as it is by default, too', async () => {
  const { links, resumes, messages } = await flap(4, 150, {})
  expect(links).toBeGreaterThan(5)
  figure('F9-backoff', { minutes: 1, links, resumes, messages })
})
