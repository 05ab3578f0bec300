import { type Payload, WseError } from '@wse/protocol'
import { isThenable, type Peer, textOf } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { Target } from '../attempt/attempt.js'

/** The reserved call by which a client says anew who it is. */
const IDENTIFY = '~wse:identify'

/** Renews an authorisation that ends: asks the identity function again. A plain value is the application's to renew. */
export function renew(peer: Peer, { identity, url }: Target, failed: (error: WseError) => void): void {
  if (typeof identity !== 'function') return
  const report = (cause: unknown) => {
    const message = `the authorisation could not be renewed: ${textOf(cause)}`
    failed(new WseError(WSE_ERROR.CONNECT_FAILED, {}, { message, cause }))
  }
  const tell = (value: Payload) => {
    refresh(peer, value).catch(report)
  }
  try {
    const read = identity({ url, attempt: 0 })
    if (isThenable(read)) read.then(tell, report)
    else tell(read)
  } catch (thrown) {
    report(thrown)
  }
}

/** Says anew who this client is. */
export async function refresh(peer: Peer, identity: Payload): Promise<void> {
  await peer.callReserved(IDENTIFY, identity)
}
