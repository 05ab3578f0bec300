import type { WseErrorCode } from '../codes/tables.js'

/** What is certain about a call or message that did not come to a good end. */
export type Certainty = 'not-sent' | 'delivered' | 'unknown'

/** What a {@link WseError} may be given beside its code and details. */
export interface WseErrorOptions {
  /** Text for people. @default the code */
  message?: string | undefined
  /** The error behind this one; stays on this side. @default none */
  cause?: unknown
  /** The other end raised it. @default false */
  remote?: boolean | undefined
}

/**
 * The one error class of WSE. A handler that throws one answers its caller with exactly this code, message and details;
 * anything else that is thrown reaches the caller as `RP_EXECUTION_FAILED` and nothing more.
 *
 * @example
 * server.register('withdraw', (conn, { sum }) => {
 *   if (sum > balance) throw new WseError('POOR', { balance })
 * })
 */
export class WseError extends Error {
  override readonly name = 'WseError'
  /** Marks the class across duplicate installs, where `instanceof` alone would fail. */
  readonly type = 'wse-error'
  /** One of `WSE_ERROR`, or the application's own. */
  readonly code: string
  /** Facts beside the code; must be serialisable to travel. */
  readonly details: Record<string, unknown>
  /** Whether the other end raised it. */
  readonly remote: boolean

  constructor(
    code: WseErrorCode | (string & {}),
    details: Record<string, unknown> = {},
    options: WseErrorOptions = {},
  ) {
    super(options.message ?? code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = details
    this.remote = options.remote ?? false
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const ofType = typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'wse-error'
    // A subclass of an application is told apart as usual.
    // biome-ignore lint/complexity/noThisInStatic: `this` is the class asked about, which may be a subclass
    return this === WseError ? ofType : Function.prototype[Symbol.hasInstance].call(this, value)
  }

  /** What travels: code, message and details; never the stack or the cause. */
  toJSON(): { code: string; message: string; details: Record<string, unknown> } {
    return { code: this.code, message: this.message, details: this.details }
  }
}
