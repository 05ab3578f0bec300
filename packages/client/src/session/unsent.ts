import { WseError } from '@wse/protocol'
import type { Remains } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'

/** What is told of messages that no session ever took; null if there are none. Calls are told by their own promises. */
export function unsentError({ unsent }: Remains): WseError | null {
  const frames = unsent.filter(({ stamp }) => stamp === undefined).length
  if (frames === 0) return null
  const message = `${frames} messages were never sent`
  return new WseError(WSE_ERROR.CLOSED, { certainty: 'not-sent', frames }, { message })
}
