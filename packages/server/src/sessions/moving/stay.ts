import type { Stamp } from '@wse/protocol/internal'

/** What a letter says of a frame of a call that is under way at one server, of a session that is at another. */
export interface RelayAbout {
  /** Id of the connection. */
  readonly id: string
  /** Which stay of the session at a server is meant: it may be at one again where it was before. */
  readonly stay: number
  /**
   * What it is: a frame for the client, one of the client, bytes that were taken; that the session has ended where it went;
   * or that what was under way where it came from is lost.
   */
  readonly is: 'out' | 'in' | 'taken' | 'over' | 'lost'
  /** Type of the frame. */
  readonly type?: string | undefined
  readonly stamp?: Stamp | undefined
  /** Characters or bytes: of the client's frame; that were taken. */
  readonly size?: number | undefined
  /** How the session ended. */
  readonly end?: readonly [code: number, reason: string] | undefined
}

/** One stay of a session at a server. */
export type Stay = Pick<RelayAbout, 'id' | 'stay'>

/** The same as a text. */
export const keyOf = ({ id, stay }: Stay): string => `${stay} ${id}`
