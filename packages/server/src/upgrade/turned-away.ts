import { WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import { type Goaway, LONGEST_TIMER } from '@wse/protocol/internal'

/** What a browser is told in place of an HTTP status, which it would never see (PROTOCOL.md, P-31). */
export interface TurnedAway {
  readonly code: number
  readonly goaway: Goaway
}

/** How a refusal reads on the link of a client that cannot see HTTP. */
export function turnedAway(status: number, headers: Iterable<readonly [string, string]>): TurnedAway {
  const [code, reason] = closeFor(status)
  const delay = delayOf(headers)
  return { code, goaway: { reason, status, ...(delay === undefined ? {} : { delay }) } }
}

function closeFor(status: number): readonly [code: number, reason: string] {
  if (status === 429) return [WSE_CLOSE.RATE, WSE_REASON.RATE]
  if (status >= 500) return [WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN]
  return [WSE_CLOSE.NOT_AUTHORIZED, WSE_REASON.NOT_AUTHORIZED]
}

/** `Retry-After` in ms, as clients read it in HTTP: a date is left to their usual wait. */
function delayOf(headers: Iterable<readonly [string, string]>): number | undefined {
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'retry-after' || !/^\d+$/.test(value.trim())) continue
    return Math.min(Number(value) * 1_000, LONGEST_TIMER)
  }
  return undefined
}
