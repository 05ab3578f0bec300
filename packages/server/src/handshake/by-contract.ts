import type { Payload, WseError } from '@wse/protocol'
import { type Guard, isWseError, Late } from '@wse/protocol/internal'
import type { Accept, ChallengeGenerator, Identify } from './identify.js'

/** Reads one value of the handshake, which a schema may take its time for. */
type Reading = () => Payload | Late

/** `identify` that is given what fits the contract alone. Whoever says anything else is refused, and told of by `report`. */
export function identifyByContract(identify: Identify, guard: Guard, report: (error: WseError) => void): Identify {
  return (context) => {
    const { challenge, accept, refuse } = context
    const response = challenge === null ? () => undefined : () => guard.answer.read(challenge.response)
    const readings = [() => guard.identity.read(context.identity), () => guard.meta.read(context.meta), response]
    const go = ([identity, meta, answer]: readonly Payload[]) =>
      identify({
        ...context,
        identity,
        meta,
        challenge: challenge && { ...challenge, response: answer },
        accept: (cid, welcome, options) => (accept as Accept)(cid, welcome, options, { identity, meta }),
      })
    return fitting(readings, go, (error) => {
      report(error)
      refuse()
    })
  }
}

/** A challenge that is given what fits the contract alone. */
export function challengeByContract(
  generator: ChallengeGenerator,
  guard: Guard,
  report: (error: WseError) => void,
): ChallengeGenerator {
  return (identity, meta, quest, refuse) => {
    const checked = (value: Payload) => {
      guard.quest.check(value)
      quest(value)
    }
    const readings = [() => guard.identity.read(identity), () => guard.meta.read(meta)]
    return fitting(
      readings,
      ([read, about]) => generator(read, about, checked, refuse),
      (error) => {
        report(error)
        refuse()
      },
    )
  }
}

/** Reads all, at once where that can be, and goes on; what does not fit is `unfit`, any other failure is thrown. */
function fitting(
  readings: readonly Reading[],
  go: (values: readonly Payload[]) => unknown,
  unfit: (error: WseError) => void,
): unknown {
  let values: readonly (Payload | Late)[]
  try {
    values = readings.map((read) => read())
  } catch (thrown) {
    return refuseUnfit(thrown, unfit)
  }
  if (!values.some((value) => value instanceof Late)) return go(values)
  const all = Promise.all(values.map((value) => (value instanceof Late ? value.value : value)))
  return all.then(go, (thrown) => refuseUnfit(thrown, unfit))
}

function refuseUnfit(thrown: unknown, unfit: (error: WseError) => void): void {
  if (!isWseError(thrown)) throw thrown
  unfit(thrown)
}
