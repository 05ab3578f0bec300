import type { Subscribed, TopicEvent, TopicPosition as WirePosition } from '@wse/protocol/internal'
import type { TopicGap, TopicPosition } from './topic-events.js'

/** What was asked for: after what, and whether events may have been missed since then. */
export interface Asked {
  readonly since: WirePosition | undefined
  /** It was subscribed in a session that has ended. */
  readonly cut: boolean
}

/** The position that is gone on from; null without a history. `early`: what came before the answer. */
export function positionAfter(
  { since }: Asked,
  { offset, epoch, recovered }: Subscribed,
  early: readonly TopicEvent[],
): TopicPosition | null {
  if (offset === undefined || epoch === undefined) return null
  if (since === undefined) return { offset, epoch }
  if (since.epoch === undefined) return { offset: beforeFirst(early, since.offset, offset), epoch }
  return recovered ? { offset: since.offset, epoch } : { offset, epoch }
}

/** What is before the first of the events that came; `last` if none did. */
function beforeFirst(early: readonly TopicEvent[], beyond: number, last: number): number {
  let first = last + 1
  for (const { offset = 0 } of early) if (offset > beyond && offset < first) first = offset
  return first - 1
}

/** What is missing by an answer; null if nothing is, as far as anybody knows. */
export function gapAfter({ since, cut }: Asked, { offset, epoch, recovered }: Subscribed): TopicGap | null {
  if (since === undefined) return cut ? { reason: 'session' } : null
  if (offset === undefined) return since.epoch === undefined ? null : { reason: 'history' }
  if (since.epoch === undefined || recovered) return null
  if (since.epoch !== epoch) return { reason: 'epoch' }
  const from = since.offset + 1
  return from > offset ? { reason: 'history' } : { reason: 'history', from, to: offset }
}
