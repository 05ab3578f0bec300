import { invalidOption, knownMembers, optionGroup } from '../limits/option.js'
import { HOOKS } from './hooks.js'

/** Checks an option of hooks. @throws {WseError} `INVALID_OPTION` */
export function hooksOption<Given extends object>(
  option: string,
  given: Given | null | undefined,
  known: readonly string[] = HOOKS,
): Given | null | undefined {
  if (given === null || given === undefined) return given
  knownMembers(option, optionGroup(option, given), known)
  for (const [name, hook] of Object.entries(given)) {
    if (hook === null || hook === undefined || typeof hook === 'function') continue
    throw invalidOption(`${option}.${name}`, 'takes a function, or null to switch it off')
  }
  return given
}
