import type { Signals } from '@wse/protocol/internal'
import type { ServerEvents } from './events.js'
import type { ServerSettings } from './options.js'
import { Presence } from './people/presence.js'
import type { RegistryEvents } from './people/registry.js'
import type { SessionEvents } from './sessions/desk.js'

/** Who is online, told as events. */
export function presenceOf({ clock, offlineGrace }: ServerSettings, signals: Signals<ServerEvents>): Presence {
  return new Presence(clock, offlineGrace, {
    online: (cid) => signals.emit('online', cid),
    offline: (cid) => signals.emit('offline', cid),
    isHeard: () => signals.isHeard('online') || signals.isHeard('offline'),
  })
}

/** What the registry tells of, as events. */
export function registryEvents(signals: Signals<ServerEvents>, presence: Presence): RegistryEvents {
  return {
    joined: (client, meta) => signals.emit('joined', client, meta),
    left: (client, code, reason) => signals.emit('left', client, code, reason),
    connected(conn) {
      signals.emit('connected', conn)
      presence.here(conn)
    },
    disconnected(conn, code, reason) {
      signals.emit('disconnected', conn, code, reason)
      presence.gone(conn)
    },
  }
}

/** What sessions tell of, as events. */
export function sessionEvents(signals: Signals<ServerEvents>, presence: Presence): SessionEvents {
  return {
    ignored: (conn, type, payload) => signals.emit('ignored', conn, type, payload),
    failed: (error, conn) => signals.emit('error', error, conn),
    suspended(conn) {
      signals.emit('suspended', conn)
      presence.gone(conn)
    },
    resumed(conn) {
      signals.emit('resumed', conn)
      presence.here(conn)
    },
    moved: (conn) => presence.moved(conn),
    reset: (conn, reset) => signals.emit('reset', conn, reset),
    latency: (conn, ms) => signals.emit('latency', conn, ms),
    outdated: (conn, outdated) => signals.emit('outdated', conn, outdated),
    drain: (conn) => signals.emit('drain', conn),
  }
}
