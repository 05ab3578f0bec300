import type { CallContext, Clock, Hooks, Payload } from '@wse/protocol'
import {
  type Channel,
  type Guard,
  Handling,
  IncomingCall,
  type IncomingMessage,
  type RunningCall,
  type Signals,
} from '@wse/protocol/internal'
import type { ClientEvents } from '../events.js'

/** Answers calls of the server. */
export type Procedure = (payload: Payload, ctx: CallContext) => unknown

/** What stands around the handlers and listeners of a client. */
export type ClientHandling = Handling<Procedure, IncomingCall, IncomingMessage, undefined>

/** What it is made of. */
export interface HandlingParts {
  readonly clock: Clock
  readonly log: Hooks | null | undefined
  readonly guard: Guard | null
  readonly channel: Channel<[payload: Payload]>
  readonly signals: Signals<ClientEvents>
}

/** Makes what stands around the handlers and listeners of a client. */
export function clientHandling({ clock, log, guard, channel, signals }: HandlingParts): ClientHandling {
  const handling: ClientHandling = new Handling({
    clock,
    log,
    guard,
    contextOf: ([payload, call]) => new IncomingCall(call as unknown as RunningCall, payload),
    invoke: (handler, ctx) => handler(ctx.payload, ctx),
    deliver(ctx) {
      const { name, payload } = ctx
      const emit = channel.emit.bind(channel) as (type: string, ...args: unknown[]) => boolean
      if (!emit(name, payload, ctx)) signals.emit('ignored', name, payload)
    },
    ignore: ({ name, payload }) => signals.emit('ignored', name, payload),
    connOf: () => undefined,
    failed: (error) => signals.emit('error', error),
  })
  signals.when.error((error) => handling.failed(error, undefined))
  return handling
}
