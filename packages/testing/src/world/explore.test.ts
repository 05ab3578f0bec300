import { expect, test } from 'vitest'
import { explore } from './explore.js'
import { fakeWorld } from './fake-ends.test-helper.js'

const make = (seed: number) => fakeWorld({ seed, latency: 10, jitter: 10 })

/** Fails in one of four. */
async function unlucky(world: ReturnType<typeof make>): Promise<void> {
  const server = world.server()
  const client = world.client()
  client.dial()
  await world.advance(100)
  client.transport.send('["hello"]')
  await world.advance(100)
  expect(server.seen).toContain('["hello"]')
  if (world.random() < 0.25) throw new Error('out of luck')
}

test('runs once a seed', async () => {
  const seeds: number[] = []
  await explore({ seeds: 3, from: 5 }, make, (world) => void seeds.push(world.seed))
  await explore({ seed: 17 }, make, (world) => void seeds.push(world.seed))
  expect(seeds).toEqual([5, 6, 7, 17])
})

test('throws the first failure, with what replays it byte for byte', async () => {
  const failure: Error = await explore({ seeds: 100 }, make, unlucky).then(
    () => expect.unreachable(),
    (thrown) => thrown,
  )
  const seed = Number(/^seed (\d+): out of luck\n/.exec(failure.message)?.[1])
  expect(seed).toBeGreaterThan(0)
  expect(failure.message).toContain(`explore({ seed: ${seed} }, …)`)
  expect(failure.message).toContain('up   2 ["hello"]')
  expect(failure.cause).toEqual(new Error('out of luck'))
  await expect(explore({ seed }, make, unlucky)).rejects.toThrow(
    expect.objectContaining({ message: failure.message }) as Error,
  )
})

test('fails for what was left behind', async () => {
  await expect(
    explore({ seeds: 1 }, make, (world) => void world.server().clock.setTimer(() => {}, 1_000_000)),
  ).rejects.toThrow('seed 1: left behind: the clock has 1 armed timer')
})

test('fails for a scenario that waits in vain', async () => {
  await expect(explore({ seed: 4 }, make, () => new Promise(() => {}))).rejects.toThrow(
    'seed 4: the scenario waits for what never comes',
  )
})

test('fails for a scenario that throws at once, and for a throw that is no error', async () => {
  const scenario = () => {
    throw 'text'
  }
  await expect(explore({ seed: 4 }, make, scenario)).rejects.toThrow('seed 4: text')
})
