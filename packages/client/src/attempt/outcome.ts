import { type Payload, WseError } from '@wse/protocol'
import { type Link, mayComeBack, type SessionFrame } from '@wse/protocol/internal'
import * as WSE_CLOSE from '@wse/protocol/internal/close'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as WSE_REASON from '@wse/protocol/internal/reason'
import type { Resume } from '../session/resume.js'

/** An attempt that became READY. */
export interface Ready {
  readonly link: Link
  /** What a version 5 server said of the session; null from WSE 4. */
  readonly session: SessionFrame | null
  readonly welcome: Payload
  /** What was asked for. */
  readonly resume: Resume | undefined
  /** Whether the client did not say who it is. */
  readonly anonymous: boolean
}

/** How a link, or an attempt at one, came to its end. */
export interface Outcome {
  readonly code: number
  readonly reason: string
  readonly error: WseError
  /** Whether trying again is of no use. */
  readonly final: boolean
  /** Milliseconds the server asks to stay away for. */
  readonly delay?: number | undefined
  /** Whether to come back at once, if this does not happen again and again. */
  readonly soon: boolean
}

/** What a server said of why it lets nobody in, beside the close code. */
export interface Refused {
  /** The HTTP status of the answer to the upgrade. */
  readonly status?: number | undefined
  /** Milliseconds to stay away for. */
  readonly delay?: number | undefined
}

/** What an end means, as an error: by its code, and by the reason WSE 4 gives with its 1000 for everything. */
const MEANING: ReadonlyMap<number | string, string> = new Map<number | string, string>([
  [WSE_CLOSE.MALFORMED, WSE_ERROR.PROTOCOL_VIOLATION],
  [WSE_CLOSE.NOT_AUTHORIZED, WSE_ERROR.NOT_AUTHORIZED],
  [WSE_CLOSE.REVOKED, WSE_ERROR.REVOKED],
  [WSE_CLOSE.VERSION, WSE_ERROR.VERSION_MISMATCH],
  [WSE_CLOSE.DISPLACED, WSE_ERROR.DISPLACED],
  [WSE_REASON.PROTOCOL_ERR, WSE_ERROR.PROTOCOL_VIOLATION],
  [WSE_REASON.NOT_AUTHORIZED, WSE_ERROR.NOT_AUTHORIZED],
  [WSE_REASON.CLIENTS_CONCURRENCY, WSE_ERROR.DISPLACED],
])

/** The outcome of a link that was closed. A runtime that shows the HTTP answer to the upgrade tells more than a code. */
export function closedOutcome(code: number, reason: string, { status, delay }: Refused = {}): Outcome {
  const denied = status === 401 || status === 403
  const meaning = MEANING.get(code === WSE_CLOSE.NORMAL ? reason : code)
  const message = `the link was closed: ${code} ${reason}`.trim()
  const error = new WseError(
    meaning ?? (denied ? WSE_ERROR.NOT_AUTHORIZED : WSE_ERROR.CONNECT_FAILED),
    { disconnected: [code, reason], ...(status === undefined ? {} : { status }) },
    { message: status === undefined ? message : `the upgrade was answered ${status}`, remote: true },
  )
  const soon = code === WSE_CLOSE.AUTH_EXPIRED
  return { code, reason, error, final: denied || !mayComeBack(code), delay, soon }
}

/** The same end where it is a refusal: there is nothing new to say who the client is. */
export function refusedOutcome(outcome: Outcome): Outcome {
  const { details, message } = outcome.error
  return { ...outcome, error: new WseError(WSE_ERROR.NOT_AUTHORIZED, details, { message, remote: true }), final: true }
}

/** The outcome of an attempt that failed on this side. */
export function failedOutcome(error: WseError, final: boolean): Outcome {
  return { code: WSE_CLOSE.ABNORMAL, reason: '', error, final, soon: false }
}
