import * as v from 'valibot'

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const duration = v.pipe(v.number(), v.finite(), v.minValue(0))

const schema = v.object({
  v: v.pipe(v.number(), v.safeInteger(), v.minValue(5)),
  id: v.string(),
  cid: v.union([v.string(), v.number()]),
  epoch: v.string(),
  resumed: v.boolean(),
  received: position,
  token: v.optional(v.string()),
  window: v.optional(duration),
  reason: v.optional(v.string()),
  heartbeat: v.optional(v.object({ interval: duration, grace: duration })),
  limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  timeout: duration,
  reconnect: v.optional(v.object({ floor: v.optional(duration), cap: v.optional(duration) })),
})

/** `~wse:session`, what the server tells a version 5 client about its session, right before the welcome. */
export type Session = v.InferOutput<typeof schema>

/** Reads the payload of `~wse:session`; `null` if it is malformed. */
export function parseSession(payload: unknown): Session | null {
  const result = v.safeParse(schema, payload)
  return result.success ? result.output : null
}
