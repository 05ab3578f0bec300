import type { NodeId } from '@wse/protocol/backplane'
import type { Cid } from '../../people/cid.js'
import { WseConnection } from '../../people/people.js'
import type { Placed } from '../../people/places.js'
import type { DeviceOf } from './entry.js'

/** Devices of a user on all servers, in the order in which they came. `here`: those of this server, oldest first. */
export function inOrder(
  here: readonly WseConnection[],
  known: readonly DeviceOf[],
  cid: Cid,
  node: NodeId,
  described: readonly Placed[] | null,
): Placed[] {
  const byId = new Map<string, Placed>([...(described ?? []), ...here].map((device) => [device.conn_id, device]))
  const ordered = known.flatMap((device): Placed[] => {
    const { conn_id, away } = device
    const found = byId.get(conn_id)
    if (found !== undefined) return [found]
    // Of this server, and not here any more: it was noted a moment too long. And who has to know more is not asked about it.
    return device.node === node || described !== null ? [] : [{ conn_id, cid, state: away ? 'suspended' : 'live' }]
  })
  // Those nobody has noted came while the others could not be told.
  return [...here.filter((conn) => !ordered.includes(conn)), ...ordered]
}

/** Which of some devices are of this server, and which of others. */
export function bySide(devices: readonly Placed[]): { here: WseConnection[]; there: Placed[] } {
  const isHere = (device: Placed): device is WseConnection => device instanceof WseConnection
  return { here: devices.filter(isHere), there: devices.filter((device) => !isHere(device)) }
}
