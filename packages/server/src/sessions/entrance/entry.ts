import type { NodeId } from '@wse/protocol/backplane'

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
}

/** A device on some server. */
export interface DeviceOf extends DeviceEntry {
  readonly conn_id: string
  readonly node: NodeId
}

/** As a text. */
export function writeEntry({ order, away, gone, instance }: DeviceEntry): string {
  return JSON.stringify([order, Number(away) + Number(gone), instance])
}

export function readEntry(value: string): DeviceEntry {
  const [order, away, instance] = JSON.parse(value) as [number, number, string | null | undefined]
  return { order, away: away > 0, gone: away > 1, instance: instance ?? undefined }
}
