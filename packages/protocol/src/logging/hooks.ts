import type { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import type { SendResult } from '../link/link.js'

/** A call or message arrived; nothing has handled it yet. */
export interface ReceivedEvent<Conn = undefined> {
  readonly kind: 'call' | 'message'
  /** What is called, or the type of the message. */
  readonly name: string
  /** As in the context of its handler. */
  readonly requestId: string
  /** What came with it. */
  readonly payload: Payload
  /** Who sent it; undefined at a client. */
  readonly conn: Conn
}

/** A call was answered. */
export interface SentAnswer<Conn = undefined> {
  readonly kind: 'answer'
  /** What was called. */
  readonly name: string
  readonly requestId: string
  readonly outcome: 'ok' | 'error'
  /** The result; undefined where it is an error. */
  readonly payload: Payload
  /** What the handler threw, as it threw it; undefined where it did not. */
  readonly error: unknown
  /** Milliseconds since the call arrived. */
  readonly duration: number
  /** Who is answered; undefined at a client. */
  readonly conn: Conn
}

/** A message was sent, to one or many. */
export interface SentMessage<Conn = undefined> {
  readonly kind: 'message'
  /** Its type. */
  readonly name: string
  readonly payload: Payload
  /** How many links it was sent on, queued for, and dropped for. */
  readonly delivery: Readonly<Record<SendResult, number>>
  /** Whom it was sent to, where that is one connection. */
  readonly conn: Conn | undefined
}

/** What was sent: an answer, or a message. */
export type SentEvent<Conn = undefined> = SentAnswer<Conn> | SentMessage<Conn>

/** Something failed, as `when.error` tells it. */
export interface ErrorEvent<Conn = undefined> {
  readonly error: WseError
  /** What was being handled, if anything was. */
  readonly kind: 'call' | 'message' | undefined
  readonly name: string | undefined
  readonly requestId: string | undefined
  /** Of whom, where that is known. */
  readonly conn: Conn | undefined
}

/**
 * Told of what passes. What a hook throws goes to `when.error`, and to no other hook. A hook set to `null` is off; one that
 * is not set leaves it to the next level: message or procedure, then server or client.
 */
export interface Hooks<Conn = undefined> {
  /** A call or message arrived. @default none */
  received?: ((event: ReceivedEvent<Conn>) => unknown) | null | undefined
  /** A call was answered; at the level of server or client also: a message was sent. @default none */
  sent?: ((event: SentEvent<Conn>) => unknown) | null | undefined
  /** Something failed that is nobody's answer. @default none */
  error?: ((event: ErrorEvent<Conn>) => unknown) | null | undefined
}

/** Names of the hooks every level has. */
export const HOOKS: readonly string[] = ['received', 'sent', 'error']

/** Hooks as a level is given them; null for none at all. */
export type HooksOption<Conn> = Hooks<Conn> | null | undefined

/** The hook that counts: of the most specific level that says anything; null where it is off. */
export function hookOf<Conn, Name extends keyof Hooks<Conn>>(
  name: Name,
  levels: readonly HooksOption<Conn>[],
): NonNullable<Hooks<Conn>[Name]> | null {
  for (const level of levels) {
    const hook = level === null ? null : level?.[name]
    if (hook !== undefined) return hook as NonNullable<Hooks<Conn>[Name]> | null
  }
  return null
}
