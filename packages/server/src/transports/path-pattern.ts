import { NO_PARAMS, type Params } from '../upgrade/link-request.js'

/** A segment that is a parameter. */
export const PARAMETER = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/

/** A path with parameters, `/rooms/{room}`, or without. A parameter is one segment, and not empty. */
export class PathPattern {
  readonly text: string
  /** The same for patterns that take the same paths. */
  readonly shape: string
  /** The less, the more is fixed, and the further to the left; to be compared among those that take one path. */
  readonly rank: string
  readonly #names: readonly (string | undefined)[]

  constructor(text: string) {
    const segments = text.split('/')
    this.text = text
    this.#names = segments.map((segment) => PARAMETER.exec(segment)?.[1])
    this.shape = segments.map((segment, at) => (this.#names[at] === undefined ? segment : '{}')).join('/')
    this.rank = this.#names.map((name) => (name === undefined ? '0' : '1')).join('')
  }

  /** Whether it takes a path, as that stands in a request. */
  takes(path: string): boolean {
    const segments = path.split('/')
    if (segments.length !== this.#names.length) return false
    const fixed = this.text.split('/')
    return segments.every((segment, at) => (this.#names[at] === undefined ? segment === fixed[at] : segment !== ''))
  }

  /** The parameters of a path, where it takes that; null where their percent-encoding is broken. */
  paramsOf(path: string): Params | null {
    if (!this.rank.includes('1') || !this.takes(path)) return NO_PARAMS
    const params: Record<string, string> = Object.create(null)
    const segments = path.split('/')
    try {
      for (const [at, name] of this.#names.entries()) {
        if (name !== undefined) params[name] = decodeURIComponent(segments[at] ?? '')
      }
    } catch {
      return null
    }
    return params
  }
}

/** The path of a request's URL, without its query. */
export function pathOf(url = '/'): string {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}
