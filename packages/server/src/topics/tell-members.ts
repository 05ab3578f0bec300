import type { SharedFrame } from '@wse/protocol'
import { FRAME, type Link, type Members } from '@wse/protocol/internal'
import { SharedMessage } from '../people/shared-message.js'

/** What is told of members, to be encoded once for all that are told the same. */
export const membersMessage = (members: Members): SharedMessage => new SharedMessage(FRAME.MEMBERS, members, false)

/** Tells who has come, changed or gone, in as many frames as the other end takes. */
export function tellMembers(link: Link, members: Members, message: SharedMessage = membersMessage(members)): void {
  if (!link.open) return
  const frame = frameOf(link, message)
  if (frame !== null && link.takes(frame.data)) link.writeShared(frame)
  else for (const part of partsOf(members)) tellMembers(link, part)
}

/** Null for a state that came by a codec which says more than this link's. */
function frameOf(link: Link, message: SharedMessage): SharedFrame | null {
  try {
    return message.of(link)[1]
  } catch {
    return null
  }
}

/** Halves; of a single device only that it is there. */
function partsOf({ topic, whole, here = [], gone = [] }: Members): Members[] {
  const begins = whole ? { topic, whole } : { topic }
  if (gone.length > 1 || (gone.length > 0 && here.length > 0)) {
    const [some, rest] = halves(gone)
    return [
      { ...begins, here },
      { topic, gone: some },
      { topic, gone: rest },
    ]
  }
  if (here.length > 1) {
    const [some, rest] = halves(here)
    return [
      { ...begins, here: some },
      { topic, here: rest },
    ]
  }
  return here.flatMap(({ state, ...one }) => (state === undefined ? [] : [{ ...begins, here: [one] }]))
}

const halves = <Value>(values: readonly Value[]): [Value[], Value[]] => {
  const half = Math.ceil(values.length / 2)
  return [values.slice(0, half), values.slice(half)]
}
