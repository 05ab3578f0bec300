import { checkAll, checkEntries, checkPresence, lastRound } from './calm.js'
import { heal } from './faults.js'
import { step } from './steps.js'
import { NAMES } from './surroundings.js'
import { Town } from './town.js'

const SERVERS = 3
const DEVICES = 8
const STEPS = 60

/** Milliseconds after which all is calm: longer than sessions wait, leases, calls and pauses last. */
const CALM = 15_000

/** Plays one storm to its end. @throws {Error} with what was violated, and the transcript */
export async function playStorm(seed: number): Promise<void> {
  const town = new Town(seed)
  const rejected = (error: unknown) => town.problem(`unhandled: ${error instanceof Error ? error.stack : error}`)
  process.on('unhandledRejection', rejected)
  try {
    await town.open(SERVERS, DEVICES)
    for (const device of town.devices) for (const name of NAMES) if (town.odds(2, 3)) device.follow(name)
    for (let i = 0; i < STEPS; i++) await step(town)
    heal(town)
    await town.clock.advance(CALM)
    checkPresence(town, false)
    checkEntries(town)
    await lastRound(town)
    await checkAll(town)
    await close(town)
  } finally {
    process.off('unhandledRejection', rejected)
  }
  if (town.problems.length === 0) return
  throw new Error(`seed ${seed}:\n${town.problems.slice(0, 10).join('\n')}\n\n${town.transcript}`)
}

/** Nothing is left behind. */
async function close(town: Town): Promise<void> {
  const { places, gone, devices, clock, hub, truth } = town
  await town.pass(Promise.all(devices.map(({ client }) => client.disconnect())))
  await town.pass(Promise.all(places.map(({ server }) => server.close())))
  await truth.node.close()
  await clock.settle()
  const held = [...places.map(({ server }) => server), ...gone, ...devices.map(({ client }) => client)]
  for (const [i, one] of held.entries()) {
    const left = Object.entries(one.inspect()).filter(([, count]) => count !== 0)
    if (left.length > 0) town.problem(`left behind by ${i}: ${JSON.stringify(left)}`)
  }
  const { histories, bytes, ...counts } = hub.inspect()
  if (Object.values(counts).some((count) => count !== 0)) town.problem(`left in the hub: ${JSON.stringify(counts)}`)
  if (clock.armed > 0) town.problem(`timers are left: ${JSON.stringify(clock.timers)}`)
}
