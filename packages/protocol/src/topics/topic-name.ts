import * as WSE_ERROR from '../codes/error.js'
import { textOf } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { checkName } from '../peer/procedures.js'

/** What stands for one level in a filter, and for all that are left. */
export const ONE_LEVEL = '+'
export const THE_REST = '#'

const SEPARATOR = /[:./]/
/** Before each separator: a level is kept with the one it begins with, since `a:b` and `a.b` are two names. */
const BORDER = /(?=[:./])/

/** The levels of a name, each but the first with its separator: `room`, `:42`. */
export const levelsOf = (name: string): string[] => name.split(BORDER)

/** The text of a level, without its separator. */
export const textOfLevel = (level: string): string => (SEPARATOR.test(level.charAt(0)) ? level.slice(1) : level)

/** Refuses what names no topic. @throws {WseError} `INVALID_NAME` */
export function checkTopic(name: unknown): void {
  checkName(name)
  const sound = (name as string).split(SEPARATOR).every((level) => level !== '' && !isWildcard(level))
  if (!sound) throw noTopic(name, 'a topic has levels between : . or /, none of them empty, + or #')
}

/** Refuses what is no filter: a name whose levels may be `+`, and whose last one may be `#`. @throws {WseError} `INVALID_NAME` */
export function checkFilter(filter: unknown): void {
  checkName(filter)
  const levels = (filter as string).split(SEPARATOR)
  const sound = levels.every((level, at) => level !== '' && (level !== THE_REST || at === levels.length - 1))
  if (!sound) throw noTopic(filter, 'a filter has levels between : . or /, none of them empty, and # at the end only')
}

/** Whether a filter stands for more than one topic. */
export const hasWildcards = (filter: string): boolean => filter.split(SEPARATOR).some(isWildcard)

/**
 * The name a template and its parameters stand for: `room:42`.
 *
 * @throws {WseError} `INVALID_NAME` where a parameter is missing, empty, or has a separator
 */
export function fillTemplate(template: string, params: Readonly<Record<string, string | number>>): string {
  const levels = levelsOf(template).map((level) => {
    const parameter = parameterOf(level)
    if (parameter === null) return level
    return level.slice(0, level.length - textOfLevel(level).length) + textFor(template, parameter, params)
  })
  return levels.join('')
}

/** The name of the parameter a level of a template is; null for a text. `*` is one, too, that has no name. */
export function parameterOf(level: string): string | null {
  const text = textOfLevel(level)
  if (text === '*') return text
  return text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : null
}

function textFor(template: string, name: string, params: Readonly<Record<string, string | number>>): string {
  const value = Object.hasOwn(params, name) ? params[name] : undefined
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text === 'string' && text !== '' && !SEPARATOR.test(text) && !isWildcard(text)) return text
  throw noTopic(template, `{${name}} takes a number, or a text without : . or /`)
}

const isWildcard = (level: string) => level === ONE_LEVEL || level === THE_REST

const noTopic = (name: unknown, message: string) =>
  new WseError(WSE_ERROR.INVALID_NAME, {}, { message: `${textOf(name)}: ${message}` })
