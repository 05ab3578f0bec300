import { type Payload, WSE_CLOSE, WSE_ERROR, WSE_REASON, WseError } from '@wse/protocol'
import { type Link, mayComeBack, type Session } from '@wse/protocol/internal'

/** An attempt that became READY. */
export interface Ready {
  readonly link: Link
  /** What a version 5 server said of the session; null from WSE 4. */
  readonly session: Session | null
  readonly welcome: Payload
}

/** How a link, or an attempt at one, came to its end. */
export interface Outcome {
  readonly code: number
  readonly reason: string
  readonly error: WseError
  /** Whether trying again is of no use. */
  readonly final: boolean
}

/** What an end with `code` means, as an error. */
const MEANING: ReadonlyMap<number, string> = new Map<number, string>([
  [WSE_CLOSE.MALFORMED, WSE_ERROR.PROTOCOL_VIOLATION],
  [WSE_CLOSE.NOT_AUTHORIZED, WSE_ERROR.NOT_AUTHORIZED],
  [WSE_CLOSE.REVOKED, WSE_ERROR.REVOKED],
  [WSE_CLOSE.VERSION, WSE_ERROR.VERSION_MISMATCH],
  [WSE_CLOSE.DISPLACED, WSE_ERROR.DISPLACED],
])

/** WSE 4 closes with 1000 for everything and says what it means by the reason. */
const MEANING_OF_REASON: ReadonlyMap<string, string> = new Map<string, string>([
  [WSE_REASON.PROTOCOL_ERR, WSE_ERROR.PROTOCOL_VIOLATION],
  [WSE_REASON.NOT_AUTHORIZED, WSE_ERROR.NOT_AUTHORIZED],
  [WSE_REASON.CLIENTS_CONCURRENCY, WSE_ERROR.DISPLACED],
])

/** The outcome of a link that was closed. */
export function closedOutcome(code: number, reason: string): Outcome {
  const meaning = code === WSE_CLOSE.NORMAL ? MEANING_OF_REASON.get(reason) : MEANING.get(code)
  const message = `the link was closed: ${code} ${reason}`.trim()
  const error = new WseError(
    meaning ?? WSE_ERROR.CONNECT_FAILED,
    { disconnected: [code, reason] },
    { message, remote: true },
  )
  return { code, reason, error, final: !mayComeBack(code) }
}

/** The outcome of an attempt that failed on this side. */
export function failedOutcome(error: WseError, final: boolean): Outcome {
  return { code: WSE_CLOSE.ABNORMAL, reason: '', error, final }
}
