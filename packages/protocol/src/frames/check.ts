import { LONGEST_TIMER } from '../clock/clock.js'

/** Whether a value of the wire is what it should be. */
export type Check = (value: unknown) => boolean

/** A plain object of the wire, or `null`. */
export function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

/** Reads a plain object by a check for each of its members; `null` if it is malformed. Others it may have go unread. */
export function shape<Frame>(checks: { readonly [Name in keyof Frame]-?: Check }): (payload: unknown) => Frame | null {
  const members = Object.entries<Check>(checks)
  return (payload) => {
    const frame = record(payload)
    return frame !== null && members.every(([name, fits]) => fits(frame[name])) ? (frame as Frame) : null
  }
}

/** What may be absent. */
export function optional(fits: Check): Check {
  return (value) => value === undefined || fits(value)
}

/** A count: a safe integer from 0. */
export function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** A duration in milliseconds, from 0. */
export function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER
}

/** A text. */
export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** A yes or no. */
export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}
