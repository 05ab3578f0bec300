import type { Payload, WseError } from '@wse/protocol'
import { failure, IDENTIFY, type Peer } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import { readIdentity, type Target } from './identity.js'

/** Renews an authorisation that ends: asks the identity function again. A plain value is the application's to renew. */
export function renew(peer: Peer, target: Target, failed: (error: WseError) => void): void {
  if (typeof target.identity !== 'function') return
  const report = (cause: unknown) => {
    failed(failure(WSE_ERROR.CONNECT_FAILED, 'the authorisation could not be renewed', cause))
  }
  readIdentity(target, 0, (identity) => refresh(peer, identity).catch(report), report)
}

/** Says anew who this client is. @throws {WseError} (by rejection) as a call, and `INVALID_PAYLOAD` by a contract */
export async function refresh(peer: Peer, identity: Payload): Promise<void> {
  peer.setup.guard?.identity.check(identity)
  await peer.callReserved(IDENTIFY, identity)
}
