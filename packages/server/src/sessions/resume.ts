import { WSE_RESET, type WseReset } from '@wse/protocol'
import { type Hi, isAnonymous, type ResumeOffer } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import type { Tombstone } from './tombstones.js'

/** What a resume is judged by, of the session whose token was offered. */
export interface Candidate {
  readonly cid: Cid
  /** Whether it was opened without an identity: then its token is the only credential there is. */
  readonly anonymous: boolean
  readonly instance: string | undefined
  /** The subprotocol its frames are encoded in. */
  readonly protocol: string
  /** Whether it has waited for longer than it may. */
  readonly overdue: boolean
  readonly ledger: { refusal(offer: ResumeOffer): WseReset | null }
}

/** Who asks for a session, and for which one. */
export interface Claim {
  readonly hi: Hi
  /** Whom `identify` accepted. */
  readonly cid: Cid
  readonly protocol: string
  /** The session the token is of; undefined if it is of none. */
  readonly candidate: Candidate | undefined
  /** Whether the token was replaced by a newer one. */
  readonly retired: boolean
  readonly tombstone: Tombstone | undefined
}

/** Whose session it is to be: where neither end ever had an identity, the owner's of the token, else the accepted one's. */
export function claimant({ hi, cid, candidate }: Claim): Cid {
  return candidate !== undefined && isByTokenAlone(candidate, hi) ? candidate.cid : cid
}

/** The tombstone of the session that is asked for, if it is the asking client's. */
export function ownTombstone({ hi, cid, tombstone }: Claim): Tombstone | undefined {
  if (tombstone === undefined) return undefined
  return tombstone.cid === cid || isByTokenAlone(tombstone, hi) ? tombstone : undefined
}

function isByTokenAlone(owner: { anonymous: boolean; instance: string | undefined }, hi: Hi): boolean {
  return owner.anonymous && isAnonymous(hi.identity) && owner.instance === hi.instance
}

/** Why a session cannot be resumed, by the first row of PROTOCOL.md, P-56 that fits; null if it can. */
export function judgeResume(offer: ResumeOffer, claim: Claim): WseReset | null {
  const { candidate, hi } = claim
  if (candidate === undefined) return ownTombstone(claim)?.reason ?? WSE_RESET.UNKNOWN_SESSION
  if (candidate.cid !== claimant(claim)) return WSE_RESET.IDENTITY_MISMATCH
  if (claim.retired || candidate.instance !== hi.instance) return WSE_RESET.TOKEN_REUSED
  if (candidate.overdue) return WSE_RESET.WINDOW
  if (candidate.protocol !== claim.protocol) return WSE_RESET.PROTOCOL
  return candidate.ledger.refusal(offer)
}
