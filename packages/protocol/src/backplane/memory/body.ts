import type { Data } from '../../transport/transport.js'

/** The same body with memory of its own. */
export function copied(body: Data): Data {
  return typeof body === 'string' ? body : new Uint8Array(body)
}
