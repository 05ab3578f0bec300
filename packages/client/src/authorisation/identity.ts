import type { Payload } from '@wse/protocol'
import { isThenable } from '@wse/protocol/internal'

/** Where to connect, and as whom. */
export interface Target {
  readonly url: string
  /** A value, or a function that is read again at every attempt. */
  readonly identity: Payload
  readonly meta: Payload
}

/** Reads the identity for an attempt, which may take its time: gives it to `take`, or why there is none to `failed`. */
export function readIdentity(
  { identity, url }: Target,
  attempt: number,
  take: (identity: Payload) => void,
  failed: (cause: unknown) => void,
): void {
  try {
    const read = typeof identity === 'function' ? identity({ url, attempt }) : identity
    if (typeof identity === 'function' && isThenable(read)) read.then(take, failed)
    else take(read)
  } catch (thrown) {
    failed(thrown)
  }
}
