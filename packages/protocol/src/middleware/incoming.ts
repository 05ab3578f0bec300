import type { Clock } from '../clock/clock.js'
import type { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import { createId } from '../id.js'
import type { CallContext } from '../peer/call-context.js'
import type { CallOptions } from '../peer/call-options.js'
import type { RunningCall } from '../peer/running-call.js'

/** What middleware is given of a call of the other end. */
export interface CallFacts extends CallContext {
  readonly kind: 'call'
  /** What is called. */
  readonly name: string
  /** What the caller sent; the handler gets what it is set to. */
  payload: Payload
}

/** What middleware is given of a message. */
export interface MessageFacts {
  readonly kind: 'message'
  /** Its type. */
  readonly name: string
  /** What was sent; listeners get what it is set to. */
  payload: Payload
  /** Names this message, in logs for one; random, made here. */
  readonly requestId: string
}

/** A call of the other end, as middleware and the handler behind it see it: what they add lands on nothing of ours. */
export class IncomingCall implements CallFacts {
  readonly kind = 'call'
  payload: Payload
  readonly #call: RunningCall
  #chunks: AsyncIterableIterator<Payload, Payload, undefined> | null = null

  constructor(call: RunningCall, payload: Payload) {
    this.#call = call
    this.payload = payload
  }

  get name(): string {
    return this.#call.name
  }

  get requestId(): string {
    return this.#call.requestId
  }

  get deadline(): number {
    return this.#call.deadline
  }

  get signal(): AbortSignal {
    return this.#call.signal
  }

  get trace(): string | undefined {
    return this.#call.trace
  }

  get chunks(): AsyncIterableIterator<Payload, Payload, undefined> {
    return this.#chunks ?? this.#call.chunks
  }

  /** A contract reads them on their way. */
  set chunks(chunks) {
    this.#chunks = chunks
  }

  error(code: string, details?: Record<string, unknown>, message?: string): WseError {
    return this.#call.error(code, details, message)
  }

  call(rp: string, payload?: Payload, options?: CallOptions): Promise<Payload> {
    return this.#call.callFor(this, rp, payload, options)
  }
}

/** A message of the other end, as middleware and the listeners behind it see it. */
export class IncomingMessage implements MessageFacts {
  readonly kind = 'message'
  readonly name: string
  payload: Payload
  readonly #clock: Clock
  #requestId: string | null = null

  constructor(clock: Clock, name: string, payload: Payload) {
    this.#clock = clock
    this.name = name
    this.payload = payload
  }

  get requestId(): string {
    this.#requestId ??= createId(this.#clock)
    return this.#requestId
  }
}
