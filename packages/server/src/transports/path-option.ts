import { invalidOption } from '@wse/protocol/internal'
import { PARAMETER, PathPattern } from './path-pattern.js'

/** Reads the `path` option; undefined for any. @throws {WseError} `INVALID_OPTION` */
export function pathOption(given: unknown): PathPattern | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'string' || !/^\/[^?#\s]*$/.test(given)) {
    throw invalidOption('path', "takes a path such as '/ws' or '/rooms/{room}'")
  }
  const segments = given.split('/')
  if (!segments.every((segment) => PARAMETER.test(segment) || !/[{}]/.test(segment))) {
    throw invalidOption('path', 'has segments that are no text and no {parameter}')
  }
  const names = segments.flatMap((segment) => PARAMETER.exec(segment)?.[1] ?? [])
  if (new Set(names).size < names.length) throw invalidOption('path', 'has a parameter twice')
  return new PathPattern(given)
}
