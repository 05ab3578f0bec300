import { type Payload, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import { FRAME, type Hi } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'

/** A challenge that was put to a client, with its answer. */
export interface Challenge {
  readonly quest: Payload
  readonly response: Payload
}

/** What a client says about itself, as a contract reads it. */
export interface Introduction {
  readonly identity: Payload
  readonly meta: Payload
}

/** What a client was accepted with. */
export interface Grant {
  readonly cid: Cid
  readonly welcome: Payload
  /** Milliseconds until the authorisation ends; undefined for never. */
  readonly expires: number | undefined
  /** Devices the user may have; undefined for as many as anybody. */
  readonly devices: number | undefined
  /** What the client said about itself, as a contract reads it; null without one. */
  readonly introduction: Introduction | null
}

/** Where a link stands before it belongs to anyone; each state holds only what is valid in it. */
export type HandshakeState =
  | { readonly at: 'greeting' }
  | { readonly at: 'issuing'; readonly hi: Hi }
  | { readonly at: 'challenged'; readonly hi: Hi; readonly quest: Payload }
  | { readonly at: 'identifying'; readonly hi: Hi; readonly challenge: Challenge | null }
  | { readonly at: 'entering'; readonly hi: Hi; readonly grant: Grant }
  | { readonly at: 'over' }

/** What can happen to it. */
export type HandshakeEvent =
  | { readonly on: 'hi'; readonly hi: Hi }
  | { readonly on: 'frame'; readonly type: string; readonly payload: Payload }
  | { readonly on: 'quest'; readonly quest: Payload }
  | ({ readonly on: 'accepted' } & Grant)
  | { readonly on: 'entered' }
  | { readonly on: 'refused' }
  | { readonly on: 'failed'; readonly error: unknown }
  | { readonly on: 'timeout' }
  | { readonly on: 'ended' }

/** What is to be done about it. */
export type HandshakeEffect =
  | { readonly do: 'issue'; readonly hi: Hi }
  | { readonly do: 'ask'; readonly quest: Payload }
  | { readonly do: 'identify'; readonly hi: Hi; readonly challenge: Challenge | null }
  | { readonly do: 'wait'; readonly for: 'hi' | 'answer' | 'identify' }
  | { readonly do: 'hold'; readonly type: string; readonly payload: Payload }
  | { readonly do: 'enter'; readonly hi: Hi; readonly grant: Grant }
  | { readonly do: 'admit'; readonly hi: Hi; readonly grant: Grant }
  | { readonly do: 'fault'; readonly why: string }
  | { readonly do: 'close'; readonly code: number; readonly reason: string }
  | { readonly do: 'report'; readonly error: unknown }
  | { readonly do: 'finish' }

/** What of a server decides how a handshake goes. */
export interface HandshakeSetup {
  /** Whether clients are challenged. */
  readonly challenges: boolean
  /** Whether other servers are asked before one is let in. */
  readonly enters: boolean
}

/** The next state and what to do, in order. */
export type HandshakeStep = readonly [HandshakeState, readonly HandshakeEffect[]]

const OVER: HandshakeState = { at: 'over' }

/** A link begins by waiting for `~wse:hi`. */
export const GREETING: HandshakeState = { at: 'greeting' }

/** One step of the server's handshake (PROTOCOL.md, "Handshake"). Whatever comes after the end changes nothing. */
export function stepHandshake(state: HandshakeState, event: HandshakeEvent, setup: HandshakeSetup): HandshakeStep {
  if (state.at === 'over') return [state, []]
  if (event.on === 'ended') return [OVER, [{ do: 'finish' }]]
  // What was accepted stays so, whatever comes of it.
  if (event.on === 'failed' && state.at !== 'entering')
    return close(WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN, event.error)
  switch (state.at) {
    case 'greeting':
      return greeting(event, setup.challenges)
    case 'issuing':
      return issuing(state, event)
    case 'challenged':
      return challenged(state, event)
    case 'identifying':
      return identifying(state, event, setup.enters)
    case 'entering':
      return entering(state, event)
  }
}

function greeting(event: HandshakeEvent, challenges: boolean): HandshakeStep {
  if (event.on === 'timeout') return close(WSE_CLOSE.HANDSHAKE_TIMEOUT, WSE_REASON.HANDSHAKE_TIMEOUT)
  if (event.on !== 'hi') return fault('the first frame is not ~wse:hi')
  const { hi } = event
  if (challenges)
    return [
      { at: 'issuing', hi },
      [
        { do: 'wait', for: 'identify' },
        { do: 'issue', hi },
      ],
    ]
  return identify(hi, null)
}

function issuing(state: HandshakeState & { at: 'issuing' }, event: HandshakeEvent): HandshakeStep {
  if (event.on === 'refused') return refuse()
  if (event.on === 'quest') {
    const { quest } = event
    return [
      { at: 'challenged', hi: state.hi, quest },
      [
        { do: 'wait', for: 'answer' },
        { do: 'ask', quest },
      ],
    ]
  }
  return early(state, state.hi, event)
}

function challenged(state: HandshakeState & { at: 'challenged' }, event: HandshakeEvent): HandshakeStep {
  if (event.on === 'refused') return refuse()
  if (event.on === 'timeout') return close(WSE_CLOSE.HANDSHAKE_TIMEOUT, WSE_REASON.HANDSHAKE_TIMEOUT)
  if (event.on === 'frame' && event.type === FRAME.CHALLENGE) {
    return identify(state.hi, { quest: state.quest, response: event.payload })
  }
  return early(state, state.hi, event)
}

function identifying(
  state: HandshakeState & { at: 'identifying' },
  event: HandshakeEvent,
  enters: boolean,
): HandshakeStep {
  if (event.on === 'refused') return refuse()
  if (event.on === 'accepted') {
    const { cid, welcome, expires, devices, introduction } = event
    const grant = { cid, welcome, expires, devices, introduction }
    const { hi } = state
    if (!enters) return [OVER, [{ do: 'finish' }, { do: 'admit', hi, grant }]]
    return [
      { at: 'entering', hi, grant },
      [
        { do: 'wait', for: 'identify' },
        { do: 'enter', hi, grant },
      ],
    ]
  }
  return early(state, state.hi, event)
}

function entering({ hi, grant }: HandshakeState & { at: 'entering' }, event: HandshakeEvent): HandshakeStep {
  if (event.on === 'entered') return [OVER, [{ do: 'finish' }, { do: 'admit', hi, grant }]]
  // It is decided: what the application says now comes too late.
  if (event.on === 'refused' || event.on === 'failed') return [{ at: 'entering', hi, grant }, []]
  return early({ at: 'entering', hi, grant }, hi, event)
}

function identify(hi: Hi, challenge: Challenge | null): HandshakeStep {
  return [
    { at: 'identifying', hi, challenge },
    [
      { do: 'wait', for: 'identify' },
      { do: 'identify', hi, challenge },
    ],
  ]
}

/** A WSE 4 client may send at once what is handled after the welcome; a version 5 client waits for `~wse:session`. */
function early(state: HandshakeState, hi: Hi, event: HandshakeEvent): HandshakeStep {
  if (event.on === 'timeout')
    return close(
      WSE_CLOSE.TRY_AGAIN,
      WSE_REASON.TRY_AGAIN,
      new Error(state.at === 'entering' ? 'other servers took too long' : 'identify took too long'),
    )
  if (event.on === 'hi') return fault('a second ~wse:hi')
  if (event.on !== 'frame') return [state, []]
  if (hi.v !== undefined) return fault(`${event.type} before ~wse:session`)
  if (event.type === FRAME.CHALLENGE) return fault('an answer nobody asked for')
  return [state, [{ do: 'hold', type: event.type, payload: event.payload }]]
}

function fault(why: string): HandshakeStep {
  return [OVER, [{ do: 'finish' }, { do: 'fault', why }]]
}

function refuse(): HandshakeStep {
  return close(WSE_CLOSE.NOT_AUTHORIZED, WSE_REASON.NOT_AUTHORIZED)
}

function close(code: number, reason: string, error?: unknown): HandshakeStep {
  const report: HandshakeEffect[] = error === undefined ? [] : [{ do: 'report', error }]
  return [OVER, [{ do: 'finish' }, ...report, { do: 'close', code, reason }]]
}
