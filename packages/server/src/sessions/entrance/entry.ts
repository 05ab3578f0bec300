import type { Entry, NodeId } from '@wse/protocol/backplane'

/** What servers note of a device on the subject of its user. */
export interface DeviceEntry {
  /** Place in the order in which the devices of the user came. */
  readonly order: number
  /** Whether it waits for its client. */
  readonly away: boolean
  /** Whether it has done so for so long that its user does not count as online by it. */
  readonly gone: boolean
  /** Names its client. */
  readonly instance: string | undefined
  /** Of the last hello of that. */
  readonly attempt: number | undefined
}

/** A device on some server. */
export interface DeviceOf extends DeviceEntry {
  readonly conn_id: string
  readonly node: NodeId
}

/** As a text. */
export function writeEntry({ order, away, gone, instance, attempt }: DeviceEntry): string {
  return JSON.stringify([order, Number(away) + Number(gone), instance, attempt])
}

export function readEntry(value: string): DeviceEntry {
  const [order, away, instance, attempt] = JSON.parse(value) as [number, number, string | null, number | null]
  return { order, away: away > 0, gone: away > 1, instance: instance ?? undefined, attempt: attempt ?? undefined }
}

/** Begins what is no id of a device: what is noted of a user by a server, and not of a device. */
const MARK = '~'

/** The id by which a server notes something of a user. */
export const markOf = (node: NodeId): string => MARK + node

/** Those entries that are devices. */
export function devicesAmong(entries: readonly Entry[]): DeviceOf[] {
  const devices = entries.filter(({ id }) => !id.startsWith(MARK))
  return devices.map(({ id, node, value }) => ({ conn_id: id, node, ...readEntry(value) }))
}

/** Whether a user counts as online by an entry. */
export const countsAsOnline = ({ value }: Entry): boolean => !readEntry(value).gone
