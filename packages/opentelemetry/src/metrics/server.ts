import type { Unsubscribe } from '@wse/protocol'
import type { InstrumentedConnection, InstrumentedServer } from '../ends.js'
import type { Observer } from '../observer.js'

/** Measures the connections of a server. `ended`: told of those that are gone. Returns how to stop. */
export function measureServer(
  { clients, when }: InstrumentedServer,
  observer: Observer,
  ended: (conn: InstrumentedConnection) => void,
): Unsubscribe {
  const { connections, reconnects, resets, buffered } = observer.instruments
  const attributes = { ...observer.settings.attributes, 'wse.end': 'server' }
  // Kept here: to walk through the devices of every user would make a map for each.
  const here = new Set<InstrumentedConnection>()
  let stop: Unsubscribe | null = null
  const enter = (conn: InstrumentedConnection) => {
    if (here.has(conn)) return
    here.add(conn)
    connections.add(1, attributes)
    stop ??= buffered.add(attributes, () => sum(here))
  }
  const leave = (conn: InstrumentedConnection) => {
    if (!here.delete(conn)) return
    connections.add(-1, attributes)
    // Nobody is told when a server is closed: one without connections is held by nothing of ours.
    if (here.size > 0) return
    stop?.()
    stop = null
  }
  for (const { conns } of clients.values()) for (const conn of conns.values()) enter(conn)
  const offs = [
    when.connected(enter),
    when.disconnected((conn) => {
      leave(conn)
      ended(conn)
    }),
    when.resumed(() => reconnects.add(1, { ...attributes, 'wse.resumed': true })),
    when.reset((_, { reason }) => resets.add(1, { ...attributes, 'wse.reset.reason': observer.word(reason) })),
  ]
  return () => {
    for (const off of offs) off()
    for (const conn of [...here]) leave(conn)
  }
}

function sum(conns: Iterable<InstrumentedConnection>): number {
  let bytes = 0
  for (const conn of conns) bytes += conn.buffered
  return bytes
}
