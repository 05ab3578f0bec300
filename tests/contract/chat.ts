import { defineContract, message, rpc } from '@wse/protocol'
import * as v from 'valibot'
import * as z from 'zod'

const Day = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
)

/** A value that its schema takes a turn to decide about. */
const Slow = v.pipeAsync(
  v.string(),
  v.checkAsync(async (text) => text !== 'bad'),
)

const parts = {
  identity: v.object({ token: v.string() }),
  meta: v.optional(v.object({ device: v.optional(v.string(), 'unknown') }), {}),
  welcome: v.object({ name: v.string(), since: Day }),
  server: {
    calls: {
      add: rpc({
        input: z.object({ a: z.number(), b: z.number() }),
        output: v.number(),
        errors: { TOO_BIG: v.object({ max: v.number() }) },
      }),
      day: rpc({ input: Day, output: Day }),
      count: rpc({ input: v.number(), items: v.number(), output: v.string() }),
      sum: rpc({ chunks: v.number(), output: v.number() }),
    },
    messages: { chat: v.object({ text: v.string() }), slow: Slow, seen: Day },
  },
  client: {
    calls: { confirm: rpc({ input: v.string(), output: v.boolean() }) },
    messages: {
      notice: v.string(),
      cursor: message(v.object({ id: v.string(), x: v.number() }), { latest: ({ id }) => id }),
      tick: message(v.number(), { volatile: true }),
    },
  },
}

/** What both ends of these tests have agreed on. */
export const chat = defineContract(parts)

/** The same, a release later. */
export const next = defineContract({ ...parts, version: '2' })
