import { type Payload, type Reset, WseError, type WseStatus } from '@wse/protocol'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as WSE_STATUS from '@wse/protocol/internal/status'
import type { Outcome } from '../attempt/outcome.js'
import { STABLE_AFTER } from '../reconnect/policy.js'

/** Where a client stands; each state holds only what is valid in it. `attempt` counts from the last stable link. */
export type ConnectionState =
  | { readonly at: 'idle' }
  | { readonly at: 'dialling'; readonly attempt: number }
  | { readonly at: 'ready'; readonly attempt: number; readonly since: number }
  | { readonly at: 'waiting'; readonly attempt: number }

/** What can happen to it. */
export type ConnectionEvent =
  | { readonly on: 'connect' }
  | { readonly on: 'ready'; readonly now: number; readonly arrival: Arrival }
  | { readonly on: 'over'; readonly outcome: Outcome; readonly now: number; readonly reset: Reset | null }
  | { readonly on: 'due' }
  /** Something says that now is a good moment to try. */
  | { readonly on: 'woken' }
  | { readonly on: 'disconnect'; readonly error: WseError }

/** How the client became READY. */
export interface Arrival {
  readonly welcome: Payload
  /** Whether the session it had goes on. */
  readonly resumed: boolean
  /** What it cost if not. */
  readonly reset: Reset | null
}

/** What is to be done about it. */
export type ConnectionEffect =
  | { readonly do: 'status'; readonly status: WseStatus }
  | { readonly do: 'dial'; readonly attempt: number }
  | { readonly do: 'hang-up' }
  | { readonly do: 'wait'; readonly attempt: number; readonly outcome: Outcome }
  | { readonly do: 'hurry' }
  | { readonly do: 'stop-waiting' }
  /** Ends the session, and whatever was said in it, before anything else can be said. */
  | { readonly do: 'discard'; readonly close: readonly [code: number, reason: string] | null }
  | { readonly do: 'failed'; readonly error: WseError }
  | { readonly do: 'reset'; readonly reset: Reset }
  | { readonly do: 'closed'; readonly code: number; readonly reason: string }
  | { readonly do: 'resolve'; readonly arrival: Arrival }
  | { readonly do: 'reject'; readonly error: WseError }

/** The next state and what to do, in order. */
export type ConnectionStep = readonly [ConnectionState, readonly ConnectionEffect[]]

/** A client begins doing nothing. */
export const IDLE: ConnectionState = { at: 'idle' }

/** One step of a client's life. `attempts`: how often it tries to come back; 0 for not at all. */
export function stepConnection(state: ConnectionState, event: ConnectionEvent, attempts: number): ConnectionStep {
  switch (event.on) {
    case 'connect':
      return connect(state)
    case 'ready':
      return ready(state, event.now, event.arrival)
    case 'over':
      return over(state, event, attempts)
    case 'woken':
      return [state, state.at === 'waiting' ? [{ do: 'hurry' }] : []]
    case 'due':
      if (state.at !== 'waiting') return [state, []]
      return [{ at: 'dialling', attempt: state.attempt }, [{ do: 'dial', attempt: state.attempt }]]
    case 'disconnect':
      if (state.at === 'idle') return [state, []]
      return [IDLE, [...leave(state), { do: 'discard', close: null }, OFFLINE, { do: 'reject', error: event.error }]]
  }
}

const OFFLINE: ConnectionEffect = { do: 'status', status: WSE_STATUS.OFFLINE }

function connect(state: ConnectionState): ConnectionStep {
  if (state.at !== 'idle') throw new WseError(WSE_ERROR.CLIENT_ALREADY_CONNECTED)
  return [
    { at: 'dialling', attempt: 0 },
    [
      { do: 'status', status: WSE_STATUS.CONNECTING },
      { do: 'dial', attempt: 0 },
    ],
  ]
}

/** READY from any state: by its own attempt, or by a jump that overtook it. */
function ready(state: ConnectionState, now: number, arrival: Arrival): ConnectionStep {
  const attempt = state.at === 'idle' ? 0 : state.attempt
  const status: ConnectionEffect[] = state.at === 'ready' ? [] : [{ do: 'status', status: WSE_STATUS.READY }]
  const left = state.at === 'waiting' ? leave(state) : []
  return [
    { at: 'ready', attempt, since: now },
    [...left, ...told(arrival.reset), ...status, { do: 'resolve', arrival }],
  ]
}

function over(state: ConnectionState, event: ConnectionEvent & { on: 'over' }, attempts: number): ConnectionStep {
  if (state.at !== 'dialling' && state.at !== 'ready') return [state, []]
  const { outcome, now, reset } = event
  const { code, reason, error, final } = outcome
  const closed: ConnectionEffect = { do: 'closed', code, reason }
  const stable = state.at === 'ready' && now - state.since >= STABLE_AFTER
  const attempt = stable ? 1 : state.attempt + 1
  const discard: ConnectionEffect = { do: 'discard', close: [code, reason] }
  if (final || attempt > attempts) return [IDLE, [discard, closed, ...told(reset), OFFLINE, { do: 'reject', error }]]
  const again: ConnectionEffect = { do: 'status', status: WSE_STATUS.RE_CONNECTING }
  return [{ at: 'waiting', attempt }, [closed, ...told(reset), OFFLINE, again, { do: 'wait', attempt, outcome }]]
}

function leave(state: ConnectionState): ConnectionEffect[] {
  return [state.at === 'waiting' ? { do: 'stop-waiting' } : { do: 'hang-up' }]
}

function told(reset: Reset | null): ConnectionEffect[] {
  return reset === null ? [] : [{ do: 'reset', reset }]
}
