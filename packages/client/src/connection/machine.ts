import { type Payload, WSE_ERROR, WSE_STATUS, WseError, type WseStatus } from '@wse/protocol'
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
  | { readonly on: 'ready'; readonly now: number; readonly welcome: Payload }
  | { readonly on: 'over'; readonly outcome: Outcome; readonly now: number }
  | { readonly on: 'due' }
  | { readonly on: 'disconnect'; readonly error: WseError }

/** What is to be done about it. */
export type ConnectionEffect =
  | { readonly do: 'status'; readonly status: WseStatus }
  | { readonly do: 'dial'; readonly attempt: number }
  | { readonly do: 'hang-up' }
  | { readonly do: 'wait'; readonly attempt: number; readonly cause: WseError }
  | { readonly do: 'stop-waiting' }
  | { readonly do: 'closed'; readonly code: number; readonly reason: string }
  | { readonly do: 'resolve'; readonly welcome: Payload }
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
      return ready(state, event.now, event.welcome)
    case 'over':
      return over(state, event.outcome, event.now, attempts)
    case 'due':
      if (state.at !== 'waiting') return [state, []]
      return [{ at: 'dialling', attempt: state.attempt }, [{ do: 'dial', attempt: state.attempt }]]
    case 'disconnect':
      if (state.at === 'idle') return [state, []]
      return [IDLE, [...leave(state), OFFLINE, { do: 'reject', error: event.error }]]
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
function ready(state: ConnectionState, now: number, welcome: Payload): ConnectionStep {
  const attempt = state.at === 'idle' ? 0 : state.attempt
  const status: ConnectionEffect[] = state.at === 'ready' ? [] : [{ do: 'status', status: WSE_STATUS.READY }]
  const left = state.at === 'waiting' ? leave(state) : []
  return [{ at: 'ready', attempt, since: now }, [...left, ...status, { do: 'resolve', welcome }]]
}

function over(state: ConnectionState, outcome: Outcome, now: number, attempts: number): ConnectionStep {
  if (state.at !== 'dialling' && state.at !== 'ready') return [state, []]
  const { code, reason, error, final } = outcome
  const closed: ConnectionEffect = { do: 'closed', code, reason }
  const stable = state.at === 'ready' && now - state.since >= STABLE_AFTER
  const attempt = stable ? 1 : state.attempt + 1
  if (final || attempt > attempts) return [IDLE, [closed, OFFLINE, { do: 'reject', error }]]
  const again: ConnectionEffect = { do: 'status', status: WSE_STATUS.RE_CONNECTING }
  return [{ at: 'waiting', attempt }, [closed, OFFLINE, again, { do: 'wait', attempt, cause: error }]]
}

function leave(state: ConnectionState): ConnectionEffect[] {
  return [state.at === 'waiting' ? { do: 'stop-waiting' } : { do: 'hang-up' }]
}
