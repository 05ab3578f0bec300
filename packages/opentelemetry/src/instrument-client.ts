import type { Unsubscribe } from '@wse/protocol'
import type { InstrumentedClient } from './ends.js'
import { measureClient } from './metrics/client.js'
import { Observer } from './observer.js'
import { type InstrumentOptions, settingsOf } from './options.js'
import { incomingLayer } from './spans/incoming.js'
import { OwnCalls } from './spans/outgoing.js'

/**
 * Traces and measures a client: what it calls, what the server calls of it, its connection. To be done before any
 * `intercept` and `use` of one's own. What it returns undoes that: spans of calls that run still end with them, those of
 * own streams at once.
 *
 * @throws {WseError} `INVALID_OPTION`
 * @example
 * const undo = instrumentClient(client)
 */
export function instrumentClient(client: InstrumentedClient, options?: InstrumentOptions): Unsubscribe {
  const observer = new Observer(settingsOf(options))
  const own = new OwnCalls(observer, client)
  client.use(incomingLayer(observer, client))
  const offs = [client.intercept(own.layer), measureClient(client, observer, () => own.ended())]
  return () => {
    observer.active = false
    own.release()
    for (const off of offs) off()
  }
}
