import type { Data } from '@wse/protocol'
import type { Cursor, NodeId } from '@wse/protocol/backplane'
import type { SessionState, Stamp, Waiting } from '@wse/protocol/internal'
import type { Cid } from '../../people/cid.js'

/** A session as it goes from one server to another. */
export interface MovedSession {
  readonly conn_id: string
  readonly cid: Cid
  readonly anonymous: boolean
  readonly instance: string | undefined
  /** How many servers it was at before the one it leaves. */
  readonly stay: number
  readonly state: SessionState
  /** Stamp of the next own call. */
  readonly nextStamp: number
  /** Calls that are under way at the server it leaves, either way. */
  readonly underWay: readonly Stamp[]
  /** How old the connection is, in ms. */
  readonly age: number
  /** Its place among the devices of its user, as they came. */
  readonly order: number | undefined
  /** Whether its user did not count as online by it any more. */
  readonly gone: boolean
  /** How far the server has taken in what was said to the user, and to everybody. */
  readonly heard: Heard
}

/** What was taken in of letters to a user and to everybody. */
export interface Heard {
  readonly user: Cursor
  readonly all: Cursor
}

/** A session that has come from another server. */
export interface Arrived extends MovedSession {
  /** Where it was. */
  readonly node: NodeId
}

type WaitingAbout = Omit<Waiting, 'data'>

/** The plain part of it; frames go beside. */
export interface MovedAbout extends Omit<MovedSession, 'state'> {
  readonly sent: number
  readonly received: number
  readonly acknowledged: number
  /** How many frames may have to be sent again; the rest wait. */
  readonly kept: number
  readonly waiting: readonly WaitingAbout[]
}

/** As it travels. */
export function writeMoved({ state, ...rest }: MovedSession): { about: MovedAbout; frames: readonly Data[] } {
  const { kept, ...positions } = state.ledger
  const waiting = state.waiting.map(({ data, ...about }) => about)
  const frames = [...kept, ...state.waiting.map(({ data }) => data)]
  return { about: { ...rest, ...positions, kept: kept.length, waiting }, frames }
}

export function readMoved(about: MovedAbout, frames: readonly Data[]): MovedSession {
  const { sent, received, acknowledged, kept, waiting, ...rest } = about
  const ledger = { sent, received, acknowledged, kept: frames.slice(0, kept) }
  const queued = waiting.map((one, at): Waiting => ({ ...one, data: frames[kept + at] ?? '' }))
  return { ...rest, state: { ledger, waiting: queued } }
}
