import { type Payload, type Reset, WseError, type WseStatus } from '@wse/protocol'
import * as WSE_CLOSE from '@wse/protocol/internal/close'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as WSE_STATUS from '@wse/protocol/internal/status'
import type { Outcome } from '../attempt/outcome.js'
import { STABLE_AFTER } from '../reconnect/policy.js'
import type { Effect, Step } from '../step.js'

/** The promise of a `connect()`. */
export interface Waiter {
  resolve(welcome: Payload): void
  reject(error: WseError): void
}

/**
 * Where a client stands; each state holds only what is valid in it. `attempt` counts from the last stable link; `waiter` is
 * told once it is READY, or never will be.
 */
export type ConnectionState =
  | { readonly at: 'idle'; readonly attempt: 0; readonly since?: never; readonly waiter?: never }
  | {
      readonly at: 'dialling' | 'waiting'
      readonly attempt: number
      readonly since?: never
      readonly waiter: Waiter | undefined
    }
  | { readonly at: 'ready'; readonly attempt: number; readonly since: number; readonly waiter?: never }

/** How the client became READY. */
export interface Arrival {
  readonly welcome: Payload
  /** Whether the session it had goes on. */
  readonly resumed: boolean
  /** What it cost if not. */
  readonly reset: Reset | null
}

/** What is to be done about it. */
export interface ConnectionEffects {
  status(status: WseStatus): void
  dial(): void
  hangUp(reason: string): void
  wait(attempt: number, outcome: Outcome): void
  /** Ends the session, and whatever was said in it, before anything else can be said. */
  discard(code: number, reason: string): void
  reset(reset: Reset): void
  closed(code: number, reason: string): void
  resolve(waiter: Waiter | undefined, arrival: Arrival): void
  reject(waiter: Waiter | undefined, error: WseError): void
}

/** Something to be done. */
export type ConnectionEffect = Effect<ConnectionEffects>

/** Something that happens to it: gives the next state and what to do, in order. */
export type ConnectionEvent = (state: ConnectionState) => Step<ConnectionState, ConnectionEffects>

/** A client begins doing nothing. */
export const IDLE: ConnectionState = { at: 'idle', attempt: 0 }

const OFFLINE: ConnectionEffect = ['status', WSE_STATUS.OFFLINE]

/** The application wants to be connected. */
export const connect = (waiter: Waiter): ConnectionEvent => {
  return () => [{ at: 'dialling', attempt: 0, waiter }, [['status', WSE_STATUS.CONNECTING], ['dial']]]
}

/** It is READY, from any state: by its own attempt, or by a jump that overtook it. */
export function ready(arrival: Arrival, now: number): ConnectionEvent {
  return ({ at, attempt, waiter }) => {
    const status: ConnectionEffect[] = at === 'ready' ? [] : [['status', WSE_STATUS.READY]]
    return [{ at: 'ready', attempt, since: now }, [...told(arrival.reset), ...status, ['resolve', waiter, arrival]]]
  }
}

/** Its link, or its attempt at one, is over. `attempts`: how often it tries to come back; 0 for not at all. */
export function over(outcome: Outcome, reset: Reset | null, now: number, attempts: number): ConnectionEvent {
  const { code, reason, error, final } = outcome
  const ended: ConnectionEffect[] = [['closed', code, reason], ...told(reset), OFFLINE]
  return (state) => {
    const { at, since = now, waiter } = state
    if (at !== 'dialling' && at !== 'ready') return [state, []]
    const attempt = now - since >= STABLE_AFTER ? 1 : state.attempt + 1
    if (final || attempt > attempts) return [IDLE, [['discard', code, reason], ...ended, ['reject', waiter, error]]]
    const again: ConnectionEffect[] = [
      ['status', WSE_STATUS.RE_CONNECTING],
      ['wait', attempt, outcome],
    ]
    return [{ at: 'waiting', attempt, waiter }, [...ended, ...again]]
  }
}

/** It has waited for long enough. */
export const due: ConnectionEvent = (state) => {
  return state.at === 'waiting' ? [{ ...state, at: 'dialling' }, [['dial']]] : [state, []]
}

/** The application wants to be connected no more. */
export const disconnect = (reason: string): ConnectionEvent => {
  return (state) => {
    if (state.at === 'idle') return [state, []]
    const error = new WseError(WSE_ERROR.CLOSED, { reason }, { message: 'the client was disconnected' })
    const discard: ConnectionEffect = ['discard', WSE_CLOSE.NORMAL, reason]
    return [IDLE, [['hangUp', reason], discard, OFFLINE, ['reject', state.waiter, error]]]
  }
}

function told(reset: Reset | null): ConnectionEffect[] {
  return reset === null ? [] : [['reset', reset]]
}
