import { isDuration, isPosition, record } from './check.js'

/** `~wse:ping` and `~wse:pong`: both positions of the sender, and in a ping the last round-trip time in ms. */
export interface Ping {
  sent: number
  received: number
  rtt?: number
}

/** Reads the payload of `~wse:ping` or `~wse:pong`; `null` if it is malformed. */
export function parsePing(payload: unknown): Ping | null {
  const ping = record(payload)
  if (!ping || !isPosition(ping.sent) || !isPosition(ping.received)) return null
  if (ping.rtt !== undefined && !isDuration(ping.rtt)) return null
  return ping as unknown as Ping
}
