import { isDuration, isPosition, isTextOrAbsent, record } from './check.js'

/** `~wse:session`, what the server tells a version 5 client about its session, right before the welcome. */
export interface SessionFrame {
  /** Version the server speaks. */
  v: number
  /** Id of the session. */
  id: string
  /** Who the client was accepted as. */
  cid: string | number
  /** Names this run of the server, or its cluster. */
  epoch: string
  resumed: boolean
  /** Why an offered session was not resumed. */
  reason?: string
  /** Last position the server has taken. */
  received: number
  token?: string
  /** Milliseconds a lost session is kept. */
  window?: number
  heartbeat?: { interval: number; grace: number }
  /** Largest frame the server takes, in bytes. */
  limit: number
  /** The server's time-out of calls, in ms; 0 for none. */
  timeout: number
  /** How the server wishes to be come back to. */
  reconnect?: { floor?: number; cap?: number }
}

/**
 * Reads the payload of `~wse:session`; `null` if it is malformed. By hand, unlike `~wse:hi`: every browser would pay a
 * quarter of the client's size for a schema library that reads one frame.
 */
export function parseSession(payload: unknown): SessionFrame | null {
  const session = record(payload)
  if (!session || !isPosition(session.v) || session.v < 5 || typeof session.resumed !== 'boolean') return null
  if (typeof session.cid !== 'string' && typeof session.cid !== 'number') return null
  if (typeof session.id !== 'string' || typeof session.epoch !== 'string') return null
  if (!isTextOrAbsent(session.token) || !isTextOrAbsent(session.reason)) return null
  if (!isPosition(session.received) || !isPosition(session.limit) || session.limit === 0) return null
  if (!isDuration(session.timeout) || (session.window !== undefined && !isDuration(session.window))) return null
  if (!durations(session.heartbeat, ['interval', 'grace'], false)) return null
  if (session.heartbeat !== undefined && (session as unknown as SessionFrame).heartbeat?.interval === 0) return null
  if (!durations(session.reconnect, ['floor', 'cap'], true)) return null
  return session as unknown as SessionFrame
}

/** Whether a group of durations is absent or well formed. */
function durations(value: unknown, keys: readonly string[], optional: boolean): boolean {
  if (value === undefined) return true
  const group = record(value)
  return group !== null && keys.every((key) => isDuration(group[key]) || (optional && group[key] === undefined))
}
