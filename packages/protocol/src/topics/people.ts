import type { Present } from '../frames/members.js'
import type { Payload } from '../frames/payload.js'

/** One device of someone who is present. */
export interface PresentDevice {
  readonly id: string
  readonly state: Payload
  /** Whether it has lost its link for a while. */
  readonly away: boolean
}

/** A user who is present on a topic, with however many devices. */
export interface Person {
  readonly cid: string | number
  /** That of the device that came last, of those that are not away if there are any. */
  readonly state: Payload
  /** Whether all devices are away. */
  readonly away: boolean
  /** Oldest first. */
  readonly devices: readonly PresentDevice[]
}

/** Users by their devices, which are told oldest first. */
export function peopleOf(present: Iterable<Present>): Person[] {
  const devices = new Map<string | number, PresentDevice[]>()
  for (const { cid, id, state, away = false } of present) {
    const own = devices.get(cid) ?? []
    own.push({ id, state, away })
    devices.set(cid, own)
  }
  return [...devices].map(([cid, own]) => personOf(cid, own))
}

/** One user by the devices, of which there is at least one. */
export function personOf(cid: string | number, devices: readonly PresentDevice[]): Person {
  const newest = [...devices].reverse().find(({ away }) => !away) ?? devices.at(-1)
  return { cid, state: newest?.state, away: devices.every(({ away }) => away), devices }
}
