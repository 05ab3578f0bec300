import type { Flushable } from '@wse/protocol'
import { systemClock } from '@wse/protocol/wire'

/** A turn that begins sooner than this after the last one, in ms, is likely to have company. */
const SOON = 0.1

let waiting: Flushable[] = []
/** When the last turn ended, and how many links had something to send in it. */
let endedAt = 0
let links = 0

/**
 * Flushes `one`, which must not throw, once its turn is over; all who wait together. On a busy server that is the check
 * phase of the event loop, when every socket that had something to read was read: what comes from many goes to each in
 * one write. Where nothing else happens it is the end of the running callback, since a lone answer has nothing to wait
 * for, and a round through the event loop costs more than its write gains.
 */
export function afterTurn(one: Flushable): void {
  if (waiting.push(one) > 1) return
  const isBusy = links > 1 || systemClock.now() - endedAt < SOON
  if (isBusy) setImmediate(endTurn)
  else queueMicrotask(endTurn)
}

function endTurn(): void {
  const all = waiting
  waiting = []
  links = all.length
  for (const one of all) one.flush()
  endedAt = systemClock.now()
}
