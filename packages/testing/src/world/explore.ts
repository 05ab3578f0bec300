import { turn } from '../turn.js'

/** What {@link explore} is told. */
export interface ExploreOptions {
  /** How many seeds to try. @default 100 */
  readonly seeds?: number | undefined
  /** The first of them. @default 1 */
  readonly from?: number | undefined
  /** This one alone. @default none */
  readonly seed?: number | undefined
}

/** What is used of a world. */
export interface Explored {
  transcript(): string
  close(): Promise<readonly string[]>
  readonly events: number
}

/** Turns of the event loop in which nothing happens, after which a scenario waits in vain: about a second. */
const PATIENCE = 1_000_000

/**
 * Runs a scenario in a world of each seed, one after the other. Each must leave nothing behind. A scenario must not
 * wait for time that nobody lets pass: it fails after about a second of real time in which nothing happened.
 *
 * @throws {Error} (by rejection) at the first seed that fails: its message has the seed, why, and the transcript
 * @example
 * await explore({ seeds: 1_000 }, (seed) => createWorld({ seed, server, client }), async (world) => {
 *   const client = world.client({ to: world.server() })
 *   world.shake({ cut: 0.1, every: 500, for: 10_000 })
 *   void client.connect()
 *   await world.advance(60_000)
 *   assert.equal(client.status, 'READY')
 * })
 */
export async function explore<Made extends Explored>(
  options: ExploreOptions,
  make: (seed: number) => Made,
  scenario: (world: Made) => Promise<void> | void,
): Promise<void> {
  const { seed, from = 1, seeds = 100 } = options
  const first = seed ?? from
  const last = seed ?? from + seeds - 1
  for (let next = first; next <= last; next++) await tryOne(next, make(next), scenario)
}

async function tryOne<Made extends Explored>(
  seed: number,
  world: Made,
  scenario: (world: Made) => Promise<void> | void,
): Promise<void> {
  try {
    await finish(scenario, world)
    const left = await world.close()
    if (left.length > 0) throw new Error(`left behind: ${left.join('; ')}`)
  } catch (cause) {
    // The world stays as it is: to close it would only make more of its promises fail.
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`seed ${seed}: ${why}\nreplay it: explore({ seed: ${seed} }, …)\n\n${world.transcript()}\n`, {
      cause,
    })
  }
}

async function finish<Made extends Explored>(
  scenario: (world: Made) => Promise<void> | void,
  world: Made,
): Promise<void> {
  const running = Promise.resolve(scenario(world))
  let over = false
  const end = () => {
    over = true
  }
  running.then(end, end)
  let events = -1
  for (let quiet = 0; !over; quiet++) {
    if (quiet > PATIENCE) throw new Error('the scenario waits for what never comes: let time pass with world.advance()')
    await turn()
    if (world.events !== events) quiet = 0
    events = world.events
  }
  await running
}
