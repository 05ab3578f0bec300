import { isThenable } from '../events/listener.js'
import type { Payload } from '../frames/payload.js'
import type { Outlet } from './outlet.js'
import { iteratorOf, type StreamSource } from './source.js'

/**
 * Sends what a source gives, until it ends or the stream does. It is asked for the next item only when one may be sent.
 * Resolves to what the source returned. @throws what the source throws, what cannot be encoded
 */
export async function pump(source: StreamSource, outlet: Outlet): Promise<Payload> {
  const iterator = iteratorOf(source)
  outlet.onClose(() => iterator.return?.())
  while (await outlet.ready()) {
    const { done, value } = await iterator.next()
    if (done) {
      outlet.onClose(null)
      return value
    }
    // As `for await` has it, for an array of promises.
    await outlet.send(isThenable(value) ? await value : value)
  }
}
