import { LONGEST_TIMER } from '../clock/clock.js'
import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'

/** Reads an option: what was given, if it makes sense, or its default. @throws {WseError} `INVALID_OPTION` */
export type OptionReader<Value> = (option: string, given: unknown) => Value

/** Options with every member decided. */
export type Settled<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> }

/** The error of a bad option: names it and says what it takes. */
export function invalidOption(option: string, takes: string): WseError {
  return new WseError(WSE_ERROR.INVALID_OPTION, { option }, { message: `option ${option}: ${takes}` })
}

/** An option of any kind. `takes`: what it accepts, in words. */
export function oneOf<Value>(
  fallback: Value,
  accepts: (given: unknown) => boolean,
  takes: string,
): OptionReader<Value> {
  return (option, given) => {
    if (given === undefined) return fallback
    if (accepts(given)) return given as Value
    throw invalidOption(option, `takes ${takes}`)
  }
}

/** A number in a range. */
export function numberIn(fallback: number, least: number, most: number, unit: string): OptionReader<number> {
  const accepts = (given: unknown) => typeof given === 'number' && given >= least && given <= most
  return oneOf(fallback, accepts, `${unit} from ${least} to ${most}`)
}

/** A duration in milliseconds, as long as a timer can be. */
export function duration(fallback: number, least = 1): OptionReader<number> {
  return numberIn(fallback, least, LONGEST_TIMER, 'milliseconds')
}

/** A whole number from `least`. */
export function count(fallback: number, least = 1): OptionReader<number> {
  const accepts = (given: unknown) => Number.isSafeInteger(given) && (given as number) >= least
  return oneOf(fallback, accepts, `a whole number from ${least}`)
}

/** A group of options, each read by its own reader; one it does not have is refused, so that a slip is not ignored. */
export function groupOf<Group extends object>(
  name: string,
  given: Group | undefined,
  readers: { readonly [Name in keyof Group]-?: OptionReader<Exclude<Group[Name], undefined>> },
): Settled<Group> {
  const group = optionGroup(name, given)
  const names = Object.keys(readers) as (keyof Group & string)[]
  knownMembers(name, group, names)
  const read = names.map((member) => [member, readers[member](`${name}.${member}`, group[member])])
  return Object.freeze(Object.fromEntries(read))
}

/** Refuses members an options object does not have. @throws {WseError} `INVALID_OPTION` */
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
