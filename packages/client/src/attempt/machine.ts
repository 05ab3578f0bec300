import { type Payload, WseError } from '@wse/protocol'
import { Malformed, parsed, parseGoaway, parseSession, type SessionFrame } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as FRAME from '@wse/protocol/internal/frame'
import type { Step } from '../step.js'
import type { Refused } from './outcome.js'

/** Where one attempt to become READY stands; each state holds only what is valid in it. */
export type AttemptState =
  | { readonly at: 'opening' }
  | { readonly at: 'greeting'; readonly session: SessionFrame | null }
  | { readonly at: 'solving' }
  | { readonly at: 'settled' }

/** What is to be done about it. */
export interface AttemptEffects {
  send(type: string, payload: Payload): void
  /** For so many times the usual, where it is not the server's turn. */
  wait(times?: number): void
  solve(quest: Payload): void
  ready(session: SessionFrame | null, welcome: Payload): void
  /** Why an upgrade is refused; the close that follows decides. */
  note(refused: Refused): void
  giveUp(error: WseError): void
  lost(code: number, reason: string): void
}

/** The next state and what to do, in order. */
export type AttemptStep = Step<AttemptState, AttemptEffects>

/** Something that happens to it (PROTOCOL.md, "Handshake"). @throws {Malformed} if the server breaks the protocol */
export type AttemptEvent = (state: AttemptState) => AttemptStep

/** How many times the usual the application has: to read its identity, to answer a challenge. */
export const PATIENCE = 6

/** An attempt begins by opening its transport. */
export const OPENING: AttemptState = { at: 'opening' }

/** It is over, and whatever comes changes nothing. */
export const SETTLED: AttemptState = { at: 'settled' }

const GREETING: AttemptState = { at: 'greeting', session: null }

/** The link is open. */
export const opened = (hello: Payload): AttemptEvent => {
  return () => [GREETING, [['send', FRAME.HI, hello], ['wait']]]
}

/** The application answered the challenge. */
export const solved = (answer: Payload): AttemptEvent => {
  return (state) => (state.at === 'solving' ? [GREETING, [['send', FRAME.CHALLENGE, answer], ['wait']]] : [state, []])
}

/** Something failed on this side. */
export const failed = (error: WseError): AttemptEvent => {
  return () => [SETTLED, [['giveUp', error]]]
}

/** The server, or the application, took too long. */
export const timedOut: AttemptEvent = ({ at }) => {
  return [SETTLED, [['giveUp', new WseError(WSE_ERROR.CONNECT_TIMEOUT, { while: at })]]]
}

/** The link ended. */
export const ended = (code: number, reason: string): AttemptEvent => {
  return () => [SETTLED, [['lost', code, reason]]]
}

/** A frame arrived. `asked`: whether a session is to be resumed. */
export function received(type: string, payload: Payload, asked: boolean): AttemptEvent {
  return (state) => {
    if (type === FRAME.GOAWAY) return [state, [['note', parsed(type, parseGoaway(payload))]]]
    if (state.at !== 'greeting') throw new Malformed(`${type} out of turn`)
    if (type === FRAME.WELCOME) return [SETTLED, [['ready', state.session, payload]]]
    if (state.session !== null) throw new Malformed(`${type} between ~wse:session and ~wse:welcome`)
    if (type === FRAME.CHALLENGE)
      return [
        { at: 'solving' },
        [
          ['wait', PATIENCE],
          ['solve', payload],
        ],
      ]
    const session = type === FRAME.SESSION ? parseSession(payload) : null
    if (session === null) throw new Malformed(`${type} before the welcome`)
    if (session.resumed && !asked) throw new Malformed('a session resumed that nobody offered')
    return [{ at: 'greeting', session }, [['wait']]]
  }
}
