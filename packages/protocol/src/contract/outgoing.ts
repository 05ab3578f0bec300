import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import { oneOf } from '../limits/option.js'
import { Late, reader } from './read.js'
import type { Part } from './shape.js'

/** When what leaves is checked as well: `development` means unless `process.env.NODE_ENV` is `production`. */
export type Outgoing = 'development' | 'always' | 'never'

/** Looks at what leaves, and lets it go as it is: what a schema makes of it is made once, where it arrives. */
export type Check = (value: Payload) => void

declare const process: { readonly env: { readonly NODE_ENV?: string } }

const outgoing = /* @__PURE__ */ oneOf<Outgoing>(
  'development',
  (given) => given === 'development' || given === 'always' || given === 'never',
  "'development', 'always' or 'never'",
)

/** Whether what leaves is checked. @throws {WseError} `INVALID_OPTION` */
export function checksOutgoing(given: unknown, inDevelopment: () => boolean = isDevelopment): boolean {
  const when = outgoing('outgoing', given)
  return when === 'always' || (when === 'development' && inDevelopment())
}

/** Bundlers replace exactly this expression; where there is neither a bundler nor a `process`, it throws. */
function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}

/** Checks by a schema, as far as that is synchronous: what leaves does not wait. Nothing is checked without one. */
export function checker(part: Part, subject: string): Check | null {
  if (part === undefined) return null
  const read = reader(part, subject)
  return (value) => {
    const result = read(value)
    if (result instanceof Late) result.value.catch(() => {})
  }
}

/** A check for what this side answers: that it does not fit is a defect here, so no error for the caller to see. */
export function ownFault(check: Check | null): Check | null {
  if (check === null) return null
  return (value) => {
    try {
      check(value)
    } catch (cause) {
      if (!isInvalid(cause)) throw cause
      throw new Error(cause.message, { cause })
    }
  }
}

/** Whether something thrown says that a payload does not fit. */
export function isInvalid(thrown: unknown): thrown is WseError {
  return thrown instanceof WseError && thrown.code === WSE_ERROR.INVALID_PAYLOAD
}
