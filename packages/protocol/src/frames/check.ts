import { LONGEST_TIMER } from '../clock/clock.js'

/** A plain object of the wire, or `null`. */
export function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

/** A count: a safe integer from 0. */
export function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** A duration in milliseconds, from 0. */
export function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER
}

/** A text, where there is one. */
export function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
