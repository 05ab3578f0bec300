// Compiled, never run: a contract in the words of zod and arktype types both ends as one of valibot does.
import { WseClient } from '@wse/client'
import { defineContract, rpc } from '@wse/protocol'
import { WseServer } from '@wse/server'
import { type } from 'arktype'
import { z } from 'zod'
import { same } from './same.js'

const mixed = defineContract({
  identity: z.object({ token: z.string() }),
  meta: type({ 'device?': 'string' }),
  welcome: type({ name: 'string' }),
  server: {
    calls: {
      zod: rpc({
        input: z.object({ at: z.string().transform((text) => text.length) }),
        output: z.number(),
        errors: { EVEN: z.object({ by: z.number() }) },
      }),
      ark: rpc({
        input: type({ a: 'number', b: 'number' }),
        output: type('string.numeric.parse'),
        errors: { ODD: type({ why: 'string' }) },
      }),
      list: rpc({ items: z.string(), chunks: type('number') }),
    },
    messages: { zod: z.coerce.number<string>(), ark: type('string | undefined') },
  },
  client: { calls: { ark: rpc({ input: type('string[]'), output: z.boolean() }) }, messages: { zod: z.iso.date() } },
})
const client = new WseClient({ contract: mixed, url: 'ws://localhost' })
const server = new WseServer({
  contract: mixed,
  identify({ identity, meta, accept }) {
    same<typeof identity.token, string>()
    accept(meta.device ?? identity.token, { name: 'Ann' })
    // @ts-expect-error: a name is a text
    accept('ann', { name: 1 })
  },
})

export async function asking() {
  same<Awaited<ReturnType<typeof client.connect>>, { name: string }>()
  await client.connect({ token: 't' })
  // @ts-expect-error: a token is a text
  await client.connect({ token: 1 })
  same<Awaited<ReturnType<typeof client.call<'zod'>>>, number>()
  same<Awaited<ReturnType<typeof client.call<'ark'>>>, number>()
  // @ts-expect-error: at is a text
  client.call('zod', { at: 1 })
  // @ts-expect-error: b is missing
  client.call('ark', { a: 1 })
  client.send('ark')
  client.send('zod', '7')
  // @ts-expect-error: what travels is a text
  client.send('zod', 1)
  for await (const item of client.stream('list', undefined, { chunks: [1, 2] })) same<typeof item, string>()
  // @ts-expect-error: chunks are numbers
  client.stream('list', undefined, { chunks: ['one'] })
  const [zod, ark] = [await client.try('zod', { at: 'x' }), await client.try('ark', { a: 1, b: 2 })]
  if (!ark.ok && ark.error.code === 'ODD') same<typeof ark.error.details.why, string>()
  if (!zod.ok && zod.error.code === 'EVEN') same<typeof zod.error.details.by, number>()
}

export function answering() {
  server.register('zod', (_conn, { at }, ctx) => {
    same<typeof at, number>()
    if (at % 2 === 0) throw ctx.error('EVEN', { by: 2 })
    // @ts-expect-error: by is a number
    ctx.error('EVEN', { by: '2' })
    return at
  })
  server.register('ark', async (conn, { a, b }, ctx) => {
    if (!(await conn.call('ark', ['a', 'b']))) throw ctx.error('ODD', { why: 'no' })
    return `${a + b}`
  })
  // @ts-expect-error: what travels is a text
  server.register('ark', (_conn, { a, b }) => a + b)
  server.register('list', async function* (_conn, _input, { chunks }) {
    for await (const chunk of chunks) yield chunk.toFixed(2)
  })
  server.channel.on('zod', (conn, count) => {
    same<typeof count, number>()
    conn.send('zod', '2026-01-01')
  })
  client.register('ark', (texts) => texts.includes('a'))
  // @ts-expect-error: a boolean is wanted
  client.register('ark', (texts) => texts)
  client.channel.on('zod', (date) => same<typeof date, string>())
  server.when.joined((_client, meta) => same<typeof meta.device, string | undefined>())
}
