import type { Payload, WseError } from '@wse/protocol'
import { type Guard, isWseError, Late } from '@wse/protocol/internal'
import type { Accept, ChallengeGenerator, Identify, IdentifyContext } from './identify.js'
import type { Introduction } from './machine.js'

/** Reads one value of the handshake, which a schema may take its time for. */
type Reading = () => Payload | Late

/** `identify` that is told what has been read before: a schema is asked once, as what it does may count. */
export type IdentifyAs = (context: IdentifyContext & { readonly said?: Introduction | undefined }) => unknown

/** A challenge that tells what it has read. */
export type ChallengeAs = (...args: [...Parameters<ChallengeGenerator>, read?: (said: Introduction) => void]) => unknown

/** `identify` that is given what fits the contract alone. Whoever says anything else is refused, and told of by `report`. */
export function identifyByContract(identify: Identify, guard: Guard, report: (error: WseError) => void): IdentifyAs {
  return ({ said, ...context }) => {
    const { challenge, accept, refuse, refresh } = context
    const response = challenge === null ? () => undefined : () => guard.answer.read(challenge.response)
    const readings = [
      () => (said ? said.identity : guard.identity.read(context.identity)),
      // Only who it is is said anew: the rest was read when the link began.
      () => (said ? said.meta : refresh ? context.meta : guard.meta.read(context.meta)),
      response,
    ]
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
): ChallengeAs {
  return (identity, meta, quest, refuse, read) => {
    const readings = [() => guard.identity.read(identity), () => guard.meta.read(meta)]
    return fitting(
      readings,
      ([identity, meta]) => {
        read?.({ identity, meta })
        return generator(identity, meta, quest, refuse)
      },
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
  const values: (Payload | Late)[] = []
  try {
    for (const read of readings) values.push(read())
  } catch (thrown) {
    // Nobody waits any more for what those before it have not decided.
    for (const value of values) if (value instanceof Late) value.value.catch(() => {})
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
