import type { Connection } from './connection/connection.js'
import type { Context } from './context.js'
import type { Departure } from './goaway/departure.js'

/** What of a client is alive right now, in numbers. */
export function inspect(context: Context, connection: Connection, departure: Departure): Record<string, number> {
  const { session, alive } = connection
  const { attempts, waiting, retired, liveness } = alive
  const { links, topics, signals } = context
  return {
    links: links.size,
    attempts,
    reconnectTimers: waiting,
    retiredSessions: retired,
    departures: departure.waiting,
    liveness,
    keptBytes: session.bytes,
    owingAcks: session.owes,
    pendingCalls: session.peer.pending,
    runningCalls: session.peer.running,
    callTimers: session.peer.timers,
    queuedFrames: session.queued,
    subscriptions: topics.size,
    topicTimers: topics.timers,
    waiting: signals.waiting,
  }
}
