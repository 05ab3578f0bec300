import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { Presence } from './presence.js'
import { PresenceNews } from './presence-news.js'
import { Joined, type Member, type Subscriber, type Topic } from './topic.js'

const clock = createTestClock()
const news = new PresenceNews(clock)

/** A device on a topic of its own, away after so long. */
function deviceOf(id: string, away: number): [Subscriber, Presence] {
  const presence = new Presence()
  presence.set('ann', id, undefined)
  presence.takeChanges('a').members
  const topic = { name: 'a', definition: { presence: { away } }, presence, members: new Map() } as unknown as Topic
  const joined = new Joined()
  const session = { conn_id: id, joined } as Subscriber
  joined.members.set('a', { topic, session } as Member)
  return [session, presence]
}

it('a device is away at its time, though another that left before it has longer', async () => {
  const [late, lates] = deviceOf('late', 5_000)
  const [soon, soons] = deviceOf('soon', 1_000)
  const [back, backs] = deviceOf('back', 500)
  for (const device of [late, soon, back]) news.lost(device)
  news.back(back)
  const away = () => [lates, soons, backs].map((presence) => presence.all()[0]?.away ?? false)
  await clock.advance(999)
  expect(away()).toEqual([false, false, false])
  await clock.advance(1)
  expect(away()).toEqual([false, true, false])
  await clock.advance(4_000)
  expect(away()).toEqual([true, true, false])
  await clock.settle()
  expect([news.timers, clock.timers]).toEqual([0, []])
})

it('however many have lost their links, one timer waits for all of them', async () => {
  const devices = Array.from({ length: 200_000 }, (_, n) => deviceOf(`d${n}`, 1_000 + Math.min(n, 1))[0])
  for (const device of devices) news.lost(device)
  expect([news.timers, clock.timers.length]).toEqual([1, 1])
  await clock.advance(2_000)
  await clock.settle()
  expect(news.timers).toBe(0)
})
