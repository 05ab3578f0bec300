import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'

/** Longest timer: one of 2^31 ms fires at once in every runtime. */
const LONGEST_TIMER = 2 ** 31 - 1

/** The error of a bad option: names it and says what it takes. */
export function invalidOption(option: string, takes: string): WseError {
  return new WseError(WSE_ERROR.INVALID_OPTION, { option }, { message: `option ${option}: ${takes}` })
}

/** A duration in milliseconds, 1 to 2^31 − 1. @throws {WseError} `INVALID_OPTION` */
export function durationOption(option: string, value: unknown, fallback: number): number {
  return numberOption(option, value, fallback, 1, LONGEST_TIMER, 'milliseconds')
}

/** A whole number from `least`. @throws {WseError} `INVALID_OPTION` */
export function countOption(option: string, value: unknown, fallback: number, least = 1): number {
  const count = numberOption(option, value, fallback, least, Number.MAX_SAFE_INTEGER, 'a whole number')
  if (!Number.isInteger(count)) throw invalidOption(option, 'takes a whole number')
  return count
}

/** A number in a range. @throws {WseError} `INVALID_OPTION` */
export function numberOption(
  option: string,
  value: unknown,
  fallback: number,
  least: number,
  most: number,
  unit: string,
): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw invalidOption(option, `takes ${unit} from ${least} to ${most}`)
}

/** Refuses members an options object does not have, so that a typing slip is not silently ignored. */
export function knownMembers(option: string, value: object, known: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw invalidOption(`${option}.${key}`, `is not known; ${option} has ${known.join(', ')}`)
  }
}

/** The group `name` of options as an object. @throws {WseError} `INVALID_OPTION` */
export function optionGroup<Group extends object>(name: string, value: Group | undefined): Partial<Group> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidOption(name, 'takes an object')
  return value
}

/** Options with every member decided. */
export type Settled<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> }
