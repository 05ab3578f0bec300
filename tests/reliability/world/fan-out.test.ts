import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { Stage } from './stage.js'

const [CROWD, FLAPPING, ROUNDS] = [2_000, 200, 20]

test('F30 broadcasts to 2,000 of whom 10 % flap are exact for all, and encoded once each', async () => {
  const stage = new Stage()
  const { world, home } = stage
  const re = { floor: 50, base: 100, cap: 100 }
  const actors = Array.from({ length: CROWD }, (_, i) => stage.actor(`user ${i}`, { re }))
  const heard = actors.map(({ client }) => {
    const row: number[] = []
    client.channel.on('news', (n) => row.push(n))
    return row
  })
  for (const actor of actors) actor.connect()
  await world.advance(2_000)
  expect(home.inspect()).toMatchObject({ links: CROWD, connections: CROWD })
  let encoded = 0
  let cuts = 0
  for (let n = 0; n < ROUNDS; n++) {
    const toJSON = () => {
      encoded++
      return n
    }
    for (const { client } of actors.slice(0, FLAPPING)) {
      if (client.status !== 'READY' || world.random() < 0.5) continue
      world.link(client).cut()
      cuts++
    }
    const { dropped } = home.broadcast('news', { toJSON })
    expect(dropped).toBe(0)
    await world.advance(50)
  }
  await world.advance(2_000)
  const every = Array.from({ length: ROUNDS }, (_, n) => n)
  for (const row of heard) expect(row).toEqual(every)
  expect(actors.flatMap(({ reasons }) => reasons)).toEqual([])
  expect([encoded, cuts > FLAPPING]).toEqual([ROUNDS, true])
  await stage.clean()
  figure('F30', { connections: CROWD, flapping: FLAPPING, cuts, broadcasts: ROUNDS, encodes: encoded })
}, 60_000)
