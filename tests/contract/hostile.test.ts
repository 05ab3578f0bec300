import { WSE_ERROR, type WseError } from '@wse/client'
import { defineContract, message, rpc, type Schema } from '@wse/protocol'
import type { WseServerOptions } from '@wse/server'
import * as v from 'valibot'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { all } from '../streams/fixture.js'

/** A schema written by hand. */
const schemaOf = (validate: (value: unknown) => unknown) =>
  ({ '~standard': { version: 1, vendor: 'test', validate } }) as Schema<never>

const later = v.pipeAsync(
  v.string(),
  v.checkAsync(async (text) => text !== 'bad'),
)

const contract = defineContract({
  server: {
    calls: {
      late: rpc({ input: later, output: v.string() }),
      count: rpc({ input: v.number(), items: v.number(), output: v.string() }),
      sum: rpc({ chunks: v.number(), output: v.number() }),
      plain: rpc({ output: v.array(v.any()) }),
      broken: rpc({ input: schemaOf((value) => JSON.parse(`${value}`)), output: v.string() }),
      never: rpc({ input: schemaOf(() => new Promise(() => {})) }),
    },
    messages: { late: later, chat: v.string(), broken: schemaOf((value) => JSON.parse(`${value}`)) },
  },
  client: { messages: { cursor: message(v.object({ id: v.string() }), { latest: ({ id }) => id }) } },
})

/** A server that keeps the contract, and ann, who does not look. */
async function keeping(ends: Ends, options: Partial<WseServerOptions> = {}) {
  const errors: WseError[] = []
  const { server, url } = await ends.server({ heartbeat: false, contract, outgoing: 'always', ...options })
  server.when.error((error) => error.code !== WSE_ERROR.RP_NOT_REGISTERED && errors.push(error))
  const client = ends.client(url, { re: true, contract, outgoing: 'never' })
  await client.connect('ann')
  return { server, url, client, errors, conn: connOf(server, 'ann') }
}

behaviour('bad input of a contract', (test) => {
  test('ends no process where a middleware does not wait for what comes after it', async (ends) => {
    const { server, client } = await keeping(ends)
    server.use((_, next) => {
      next()
    })
    server.register('late', (_, text) => text)
    client.send('late', 'bad')
    await client.try('late', 'bad')
    await idle()
  })

  test('tells its sender nothing of a schema that throws', async (ends) => {
    const { server, client, errors } = await keeping(ends)
    server.register('broken', () => 'ran')
    const error = await client.call('broken', 'hunter2').catch((thrown) => thrown)
    expect(error).toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED })
    expect(JSON.stringify(error)).not.toContain('hunter2')
    client.send('broken', 'hunter2')
    await until(() => errors.length === 2)
    expect(errors.map(({ code }) => code)).toEqual([WSE_ERROR.RP_EXECUTION_FAILED, WSE_ERROR.MESSAGE_PROCESSING_ERROR])
  })

  test('is of no handler whose contract has no chunks', async (ends) => {
    const { server, client } = await keeping(ends)
    server.register('plain', async (_, __, ctx) => all(ctx.chunks))
    expect(await client.call('plain', undefined, { chunks: ['unchecked'] })).toEqual([])
  })

  test('whose schema never decides is given up by its caller', async (ends) => {
    const { server, client } = await keeping(ends)
    server.register('never', () => 1)
    const asked = client.try('never', 1, { timeout: 500 })
    await idle()
    await ends.clock.advance(500)
    expect(await asked).toMatchObject({ ok: false, error: { code: WSE_ERROR.RP_TIMEOUT } })
    await idle()
    expect(server.inspect().links).toBe(1)
  })
})

behaviour('a caller by contract', (test) => {
  for (const chunks of [5, 'text', null]) {
    test(`is told that ${JSON.stringify(chunks)} are no chunks`, async (ends) => {
      const { url } = await keeping(ends)
      const client = ends.client(url, { contract, outgoing: 'always' })
      await client.connect('bob')
      await expect(client.call('sum', undefined, { chunks } as never)).rejects.toMatchObject({
        code: WSE_ERROR.INVALID_OPTION,
      })
    })
  }

  test('may ask a stream that is over for more', async (ends) => {
    const { server, client } = await keeping(ends)
    server.register('count', async function* (_, to) {
      for (let n = 0; n < to; n++) yield n
      return 'done'
    })
    const stream = client.stream('count', 1)
    expect([await stream.next(), await stream.next()]).toEqual([
      { done: false, value: 0 },
      { done: true, value: 'done' },
    ])
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    const broken = client.stream('count', 3)
    for await (const _ of broken) break
    expect(await all(broken)).toEqual([])
  })
})

behaviour('what is sent by contract', (test) => {
  test('has a name that is a text, or is refused', async (ends) => {
    const { server, client, conn } = await keeping(ends)
    for (const name of [Symbol('chat'), Object.create(null), 5, '']) {
      for (const say of [
        () => server.broadcast(name as never, 'x'),
        () => server.send('ann', name as never, 'x'),
        () => server.clients.get('ann')?.send(name as never, 'x'),
        () => conn.send(name as never, 'x'),
        () => client.send(name as never, 'x'),
        () => server.register(name as never, () => {}),
      ]) {
        expect(say).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }))
      }
      await expect(client.call(name as never)).rejects.toMatchObject({ code: WSE_ERROR.INVALID_NAME })
    }
  })
})
