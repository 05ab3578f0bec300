import type { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import { groupOf, type OptionReader, oneOf } from '../limits/option.js'
import type { SendResult } from '../link/link.js'

/** A call or message arrived; nothing has handled it yet. */
export interface ReceivedEvent<Conn = undefined> {
  readonly kind: 'call' | 'message' | 'subscribe' | 'publish'
  /** What is called, the type of the message, or the topic. */
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

/** An event was published on a topic. */
export interface PublishedEvent {
  readonly kind: 'event'
  /** The topic. */
  readonly name: string
  /** What it is called. */
  readonly event: string
  readonly payload: Payload
  /** For how many devices it is on its way, waits, and was dropped. */
  readonly delivery: Readonly<Record<SendResult, number>>
  /** It is for many. */
  readonly conn: undefined
}

/** What was sent: an answer, a message, or an event of a topic. */
export type SentEvent<Conn = undefined> = SentAnswer<Conn> | SentMessage<Conn> | PublishedEvent

/** Something failed, as `when.error` tells it. */
export interface ErrorEvent<Conn = undefined> {
  readonly error: WseError
  /** What was being handled, if anything was. */
  readonly kind: ReceivedEvent['kind'] | undefined
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
  /** A call was answered; at the level of server or client also: a message was sent, or an event published. @default none */
  sent?: ((event: SentEvent<Conn>) => unknown) | null | undefined
  /** Something failed that is nobody's answer. @default none */
  error?: ((event: ErrorEvent<Conn>) => unknown) | null | undefined
}

/** Hooks as a level is given them; null for none at all. */
export type HooksOption<Conn> = Hooks<Conn> | null | undefined

/** A hook as it is called; null where it is off. */
export type Hook = ((event: never) => unknown) | null

/** The hook that counts: of the most specific level that says anything. */
export function hookOf(name: 'received' | 'sent' | 'error', levels: readonly HooksOption<never>[]): Hook {
  for (const level of levels) {
    const hook = level === null ? null : level?.[name]
    if (hook !== undefined) return hook
  }
  return null
}

const hook = /* @__PURE__ */ oneOf<Hook | undefined>(
  undefined,
  (given) => given === null || typeof given === 'function',
  'a function, or null to switch it off',
)

/** Reads an option of hooks, which may have `more` besides those of every level. */
export function hooksOption<Given extends object>(...more: string[]): OptionReader<Given | null | undefined> {
  const names = ['received', 'sent', 'error', ...more]
  return (option, given) => {
    if (given === undefined || given === null) return given
    return groupOf(option, given, Object.fromEntries(names.map((name) => [name, hook]))) as Given
  }
}
