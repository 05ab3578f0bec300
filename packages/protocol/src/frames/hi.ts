import * as v from 'valibot'
import { LONGEST_TIMER } from '../clock/clock.js'

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const text = v.pipe(v.string(), v.maxLength(256))

const schema = v.object({
  identity: v.optional(v.unknown()),
  meta: v.optional(v.unknown()),
  v: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(5))),
  instance: v.optional(text),
  attempt: v.optional(position),
  keep: v.optional(v.boolean()),
  timeout: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_TIMER))),
  limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  contract: v.optional(text),
  resume: v.optional(v.object({ token: text, received: position, first: position })),
})

/** `~wse:hi`, the client's first frame. Without `v` it comes from WSE 4. */
export type Hi = v.InferOutput<typeof schema>

/** Reads the payload of `~wse:hi`; `null` if it is malformed. WSE 4's may lack anything. */
export function parseHi(payload: unknown): Hi | null {
  if (Array.isArray(payload)) return null
  const result = v.safeParse(schema, payload ?? {})
  return result.success ? result.output : null
}
