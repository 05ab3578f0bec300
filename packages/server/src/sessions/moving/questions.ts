import type { WseReset } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import type { ResumeOffer } from '@wse/protocol/internal'
import type { Cid } from '../../people/cid.js'
import type { MovedAbout } from './state.js'

/** Names of what servers ask each other about sessions. */
export const SESSIONS = { OWNER: 'owner', RELEASE: 'release' } as const

/** Whose session a token is of. */
export interface OwnerAbout {
  readonly token: string
}

/** What is known of that. */
export interface Owner {
  readonly cid: Cid
  /** Whether it was opened without an identity. */
  readonly anonymous: boolean
  readonly instance: string | undefined
}

/** A client wants its session back, at another server than it was at. */
export interface ReleaseAbout {
  readonly resume: ResumeOffer & { readonly token: string }
  readonly instance: string | undefined
  readonly attempt: number | undefined
  /** Whether it says who it is. */
  readonly isAnonymous: boolean
  /** Whom `identify` has accepted there. */
  readonly cid: Cid
  readonly protocol: string
}

/** What becomes of it. */
export type Released =
  | { readonly is: 'moved'; readonly about: MovedAbout }
  /** It has moved on, to that server. */
  | { readonly is: 'gone'; readonly to: NodeId }
  | { readonly is: 'refused'; readonly code: number; readonly reason: string }
  | { readonly is: 'new'; readonly why: WseReset | undefined; readonly received: number }
