import { type Payload, WseError } from '@wse/protocol'
import { Malformed, parsed, parseGoaway, parseSession, type SessionFrame } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as FRAME from '@wse/protocol/internal/frame'
import type { Refused } from './outcome.js'

/** Where one attempt to become READY stands; each state holds only what is valid in it. */
export type AttemptState =
  | { readonly at: 'opening' }
  | { readonly at: 'greeting'; readonly session: SessionFrame | null }
  | { readonly at: 'solving' }
  | { readonly at: 'settled' }

/** What can happen to it. */
export type AttemptEvent =
  | { readonly on: 'opened' }
  | { readonly on: 'frame'; readonly type: string; readonly payload: Payload }
  | { readonly on: 'solved'; readonly answer: Payload }
  | { readonly on: 'failed'; readonly error: WseError }
  | { readonly on: 'timeout' }
  | { readonly on: 'ended'; readonly code: number; readonly reason: string }

/** What is to be done about it. */
export type AttemptEffect =
  | { readonly do: 'greet' }
  /** For so many times the usual, where it is not the server's turn. */
  | { readonly do: 'wait'; readonly times?: number }
  | { readonly do: 'stop-waiting' }
  | { readonly do: 'solve'; readonly quest: Payload }
  | { readonly do: 'answer'; readonly answer: Payload }
  | { readonly do: 'ready'; readonly session: SessionFrame | null; readonly welcome: Payload }
  /** Why an upgrade is refused; the close that follows decides. */
  | { readonly do: 'note'; readonly refused: Refused }
  | { readonly do: 'give-up'; readonly error: WseError }
  | { readonly do: 'lost'; readonly code: number; readonly reason: string }

/** The next state and what to do, in order. */
export type AttemptStep = readonly [AttemptState, readonly AttemptEffect[]]

const SETTLED: AttemptState = { at: 'settled' }

/** How many times the usual the application has: to read its identity, to answer a challenge. */
export const PATIENCE = 6

/** An attempt begins by opening its transport. */
export const OPENING: AttemptState = { at: 'opening' }

/**
 * One step of the client's handshake (PROTOCOL.md, "Handshake"). Whatever comes after the end changes nothing. `asked`:
 * whether a session is to be resumed.
 *
 * @throws {Malformed} if the server breaks the protocol
 */
export function stepAttempt(state: AttemptState, event: AttemptEvent, asked: boolean): AttemptStep {
  if (state.at === 'settled') return [state, []]
  switch (event.on) {
    case 'opened':
      return [{ at: 'greeting', session: null }, [{ do: 'greet' }, { do: 'wait' }]]
    case 'frame':
      return frame(state, event.type, event.payload, asked)
    case 'solved':
      if (state.at !== 'solving') return [state, []]
      return [{ at: 'greeting', session: null }, [{ do: 'answer', answer: event.answer }, { do: 'wait' }]]
    case 'failed':
      return [SETTLED, [{ do: 'stop-waiting' }, { do: 'give-up', error: event.error }]]
    case 'timeout':
      return [SETTLED, [{ do: 'give-up', error: new WseError(WSE_ERROR.CONNECT_TIMEOUT, { while: state.at }) }]]
    case 'ended':
      return [SETTLED, [{ do: 'stop-waiting' }, { do: 'lost', code: event.code, reason: event.reason }]]
  }
}

function frame(state: AttemptState, type: string, payload: Payload, asked: boolean): AttemptStep {
  if (type === FRAME.GOAWAY) return [state, [{ do: 'note', refused: parsed(type, parseGoaway(payload)) }]]
  if (state.at !== 'greeting') throw new Malformed(`${type} out of turn`)
  if (type === FRAME.WELCOME) {
    return [SETTLED, [{ do: 'stop-waiting' }, { do: 'ready', session: state.session, welcome: payload }]]
  }
  if (state.session !== null) throw new Malformed(`${type} between ~wse:session and ~wse:welcome`)
  if (type === FRAME.CHALLENGE)
    return [
      { at: 'solving' },
      [
        { do: 'wait', times: PATIENCE },
        { do: 'solve', quest: payload },
      ],
    ]
  const session = type === FRAME.SESSION ? parseSession(payload) : null
  if (session === null) throw new Malformed(`${type} before the welcome`)
  if (session.resumed && !asked) throw new Malformed('a session resumed that nobody offered')
  return [{ at: 'greeting', session }, [{ do: 'wait' }]]
}
