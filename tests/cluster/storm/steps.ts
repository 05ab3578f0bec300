import { turn } from '../../../packages/testing/src/turn.js'
import * as deeds from './deeds.js'
import * as faults from './faults.js'
import type { Town } from './town.js'

type Step = (town: Town) => void | Promise<void>

/** What anybody may do. */
const PEACEFUL: readonly (readonly [weight: number, step: Step])[] = [
  [12, deeds.publish],
  [10, deeds.publishByClient],
  [4, deeds.publishByKey],
  [3, deeds.publishExcept],
  [2, deeds.publishVolatile],
  [3, deeds.publishNews],
  [8, deeds.send],
  [3, deeds.broadcast],
  [4, deeds.report],
  [7, deeds.callServer],
  [7, deeds.callClient],
  [5, deeds.present],
  [7, deeds.subscribe],
  [1, deeds.kick],
  [4, deeds.cut],
  [9, deeds.move],
]

/** What else may happen. */
const ROUGH: readonly (readonly [weight: number, step: Step])[] = [
  [3, faults.freeze],
  [5, faults.thaw],
  [4, faults.freezeOne],
  [7, faults.thawOne],
  [2, faults.lose],
  [1, (town) => town.restart(town.int(town.places.length), 'kill')],
  [1, (town) => void town.restart(town.int(town.places.length), 'close')],
]

/** One random thing, and a while in which it has its consequences. */
export async function step(town: Town): Promise<void> {
  const steps = town.isRough ? [...PEACEFUL, ...ROUGH] : PEACEFUL
  let at = town.int(steps.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, run] of steps) {
    if (at < weight) {
      await run(town)
      break
    }
    at -= weight
  }
  await pause(town)
}

async function pause(town: Town): Promise<void> {
  const how = town.int(20)
  if (how < 6) return
  if (how < 11) for (let i = town.int(30); i > 0; i--) await Promise.resolve()
  else if (how < 15) await turn()
  else if (how < 18) await town.clock.advance(1 + town.int(30))
  else if (how < 19) await town.clock.advance(100 + town.int(400))
  else await town.clock.advance(500 + town.int(4_000))
}
