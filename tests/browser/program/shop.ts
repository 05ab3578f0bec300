import { defineContract, message, rpc } from '@wse/protocol'
import * as v from 'valibot'
import { z } from 'zod'

/** A contract of two libraries. */
export const shop = defineContract({
  version: 3,
  identity: z.object({ token: z.string().min(3) }),
  meta: v.object({ device: v.string() }),
  welcome: v.object({ name: v.string() }),
  server: {
    calls: {
      price: rpc({
        input: z.object({ sku: z.string(), count: z.number().int().positive() }),
        output: z.number(),
        errors: { SOLD_OUT: v.object({ left: v.number() }) },
      }),
      ticks: rpc({ input: v.object({ to: v.number() }), items: v.number(), output: v.string() }),
      upload: rpc({ chunks: v.instance(Uint8Array), output: v.number() }),
      slow: rpc({ input: v.number(), output: v.number() }),
    },
    messages: {
      chat: v.object({ text: v.string() }),
      moved: message(z.object({ id: z.string(), x: z.number() }), { latest: ({ id }) => id }),
    },
  },
  client: {
    calls: { confirm: rpc({ input: v.string(), output: v.boolean() }) },
    messages: { news: z.string() },
  },
})
