import type { Unsubscribe } from '../events/listener.js'
import type { Payload } from '../frames/payload.js'
import { invalidOption } from '../limits/option.js'
import type { CallOptions } from '../peer/call-options.js'
import { iteratorOf, type StreamSource } from '../streams/source.js'

/** A call one makes oneself, before it is made. */
export interface OwnCall {
  /** `stream`: it asks for many items. */
  readonly kind: 'call' | 'stream'
  /** What is called. */
  readonly name: string
  /** What is sent with it; may be set. */
  payload: Payload
  /** How it is made, a copy of its own; members may be set. */
  readonly options: CallOptions
}

/**
 * Stands around own calls. `next()` makes the call and returns what it gives: a promise, or for a stream its items. Without
 * it the call is not made and what is returned answers it; called again, it is made again.
 *
 * @example
 * client.intercept((call, next) => {
 *   call.options.trace ??= traceparent()
 *   return next()
 * })
 */
export type Interceptor<Call extends OwnCall = OwnCall> = (call: Call, next: () => Payload) => unknown

/** What stands around the calls one end makes. */
export class Interception {
  #layers: readonly Interceptor<never>[] = []

  /** Whether there is anything. */
  get active(): boolean {
    return this.#layers.length > 0
  }

  /** @throws {WseError} `INVALID_OPTION` */
  add(interceptor: Interceptor<never>): Unsubscribe {
    if (typeof interceptor !== 'function') throw invalidOption('intercept', 'takes a function')
    // Wrapped, so that the same function can be there twice.
    const own: Interceptor<never> = (call, next) => interceptor(call, next)
    this.#layers = [...this.#layers, own]
    return () => {
      this.#layers = this.#layers.filter((other) => other !== own)
    }
  }

  /** Makes a call by `ask`, within what stands around it. Never throws. */
  async call(own: OwnCall, ask: () => unknown): Promise<Payload> {
    const layers = this.#layers
    const enter = (at: number): unknown => {
      const layer = layers[at]
      return layer === undefined ? ask() : layer(own as never, () => enter(at + 1))
    }
    return enter(0)
  }

  /** Opens a stream by `ask`, within what stands around it. What goes wrong is told to who reads it. */
  stream(own: OwnCall, ask: () => unknown): AsyncIterableIterator<Payload, Payload, undefined> {
    const opened = this.call(own, ask).then((source: StreamSource) => iteratorOf(source))
    opened.catch(() => {})
    return {
      next: async () => (await opened).next(),
      return: async (value) => (await (await opened).return?.(value)) ?? { done: true, value },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
}
