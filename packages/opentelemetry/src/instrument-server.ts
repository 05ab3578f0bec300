import type { Unsubscribe } from '@wse/protocol'
import type { InstrumentedServer } from './ends.js'
import { measureBackplane } from './metrics/backplane.js'
import { measureServer } from './metrics/server.js'
import { Observer } from './observer.js'
import { type InstrumentOptions, settingsOf } from './options.js'
import { incomingLayer } from './spans/incoming.js'
import { OwnCalls } from './spans/outgoing.js'

/**
 * Traces and measures a server: what clients call, what it calls of them, its connections, what joins it to others. To be
 * done before any `use` of one's own, so that other middleware runs within the spans. What it returns undoes that: spans
 * of calls that run still end with them, those of own streams at once.
 *
 * @throws {WseError} `INVALID_OPTION`
 * @example
 * const undo = instrumentServer(server, { attributes: { 'app.room': 'lobby' } })
 */
export function instrumentServer(server: InstrumentedServer, options?: InstrumentOptions): Unsubscribe {
  const observer = new Observer(settingsOf(options))
  const own = new OwnCalls(observer)
  server.use(incomingLayer(observer))
  const offs = [
    server.intercept(own.layer),
    measureServer(server, observer, (conn) => own.ended(conn)),
    measureBackplane(server, observer.settings),
  ]
  return () => {
    observer.active = false
    own.release()
    for (const off of offs) off()
  }
}
