import { WseError } from '@wse/client'
import { expect } from 'vitest'
import { turn } from '../../packages/testing/src/turn.test-helper.js'
import { behaviour } from '../fixtures/matrix.js'
import { all } from '../streams/fixture.js'
import { sdk, traced } from './fixture.js'

const GOOD = { failed: false, code: undefined, type: undefined }
const FAILED = (code: string) => ({ failed: true, code, type: code })
const LEFT = { failed: false, code: 'wse.rp.cancelled', type: undefined }
const never = () => new Promise(() => {})

/** Until nothing is open any more. */
async function allEnded() {
  for (let n = 0; n < 1_000 && sdk.open.size > 0; n++) await turn()
  expect(sdk.open).toEqual(new Set())
}

/** Until so many are open. */
async function begun(count: number) {
  for (let n = 0; n < 1_000 && sdk.open.size < count; n++) await turn()
  expect(sdk.open.size).toBe(count)
}

behaviour('a span ends', (test) => {
  test('well with a value, now or later', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('now', () => 1)
    server.register('later', async () => {
      await turn()
      return [1, 2]
    })
    expect([await client.call('now'), await client.call('later')]).toEqual([1, [1, 2]])
    for (const name of ['client now', 'server now', 'client later', 'server later']) {
      expect(sdk.ending(name)).toEqual(GOOD)
    }
  })

  test('as failed with the code of the error, at both ends', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('big', () => {
      throw new WseError('TOO_BIG', { max: 10 })
    })
    server.register('bug', async () => {
      throw new TypeError('undefined is not a function')
    })
    for (const name of ['big', 'bug', 'missing']) await client.try(name)
    expect(sdk.ending('client big')).toEqual(FAILED('TOO_BIG'))
    expect(sdk.ending('server big')).toEqual(FAILED('TOO_BIG'))
    expect(sdk.ending('client bug')).toEqual(FAILED('wse.server.rp.failed'))
    expect(sdk.ending('server bug')).toEqual(FAILED('wse.server.rp.failed'))
    expect(sdk.ending('client missing')).toEqual(FAILED('wse.server.rp.not-registered'))
    expect(sdk.spans).toHaveLength(5)
  })

  test('as failed when time is up, though the handler goes on', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('slow', never)
    server.register('limited', never, { timeout: 20 })
    const calls = [client.try('slow', null, { timeout: 50 }), client.try('limited')]
    await begun(4)
    await ends.clock.advance(100)
    await Promise.all(calls)
    await allEnded()
    for (const name of ['client slow', 'server slow', 'client limited', 'server limited']) {
      expect(sdk.ending(name)).toEqual(FAILED('wse.client.rp.timeout'))
    }
  })

  test('as cancelled when the caller gives up, which is no fault of who answers', async (ends) => {
    const { server, client } = await traced(ends)
    const begun = new Promise((resolve) => {
      server.register('slow', () => {
        resolve(true)
        return never()
      })
    })
    const controller = new AbortController()
    const call = client.try('slow', null, { signal: controller.signal })
    await begun
    controller.abort()
    await call
    await allEnded()
    expect(sdk.ending('client slow')).toEqual(FAILED('wse.rp.cancelled'))
    expect(sdk.ending('server slow')).toEqual(LEFT)
  })

  test('with its stream, in which what is called is within it', async (ends) => {
    const { server, client } = await traced(ends)
    client.register('more', () => true)
    server.register('count', async function* (_, to, ctx) {
      for (let n = 0; n < to; n++) {
        await ctx.call('more')
        yield n
      }
      return 'end'
    })
    const numbers = client.stream('count', 2)
    expect(await numbers.next()).toEqual({ done: false, value: 0 })
    expect(sdk.open.size).toBeGreaterThan(0)
    expect(await all(numbers)).toEqual([1])
    await allEnded()
    expect([sdk.ending('client count'), sdk.ending('server count')]).toEqual([GOOD, GOOD])
    const more = 'client count > server count > client more'
    expect(sdk.tree().slice(2)).toEqual([more, `${more} > server more`, more, `${more} > server more`])
  })

  test('with a stream of arrays, of promises and of Web streams', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('array', () => [1, 2])
    server.register('later', async () => [1, 2].values())
    server.register('web', () => new Blob(['ab']).stream())
    expect(await all(client.stream('array'))).toEqual([1, 2])
    expect(await all(client.stream('later'))).toEqual([1, 2])
    expect(await all(client.stream('web'))).toEqual([new Uint8Array([97, 98])])
    await allEnded()
    for (const name of ['array', 'later', 'web']) {
      expect([sdk.ending(`client ${name}`), sdk.ending(`server ${name}`)]).toEqual([GOOD, GOOD])
    }
  })

  test('as failed with a stream that fails', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('count', async function* () {
      yield 1
      throw new WseError('DRY')
    })
    await expect(all(client.stream('count'))).rejects.toMatchObject({ code: 'DRY' })
    await allEnded()
    expect([sdk.ending('client count'), sdk.ending('server count')]).toEqual([FAILED('DRY'), FAILED('DRY')])
  })

  test('as left with a stream that is not read to its end', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('count', async function* () {
      for (let n = 0; ; n++) yield n
    })
    for await (const n of client.stream('count')) if (n === 3) break
    await allEnded()
    expect([sdk.ending('client count'), sdk.ending('server count')]).toEqual([LEFT, LEFT])
  })

  test('as failed where a stream answers a call for one value', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('count', async function* () {
      yield 1
    })
    await client.try('count')
    await allEnded()
    expect(sdk.ending('client count')).toEqual(FAILED('wse.server.rp.failed'))
  })

  test('with the session, whatever runs, and though nobody reads', async (ends) => {
    const { server, client, conn } = await traced(ends)
    server.register('slow', never)
    client.register('slow', never)
    const forever = async function* () {
      yield 1
      await never()
    }
    server.register('ticks', forever)
    client.register('ticks', forever)
    const calls = [client.try('slow'), conn.try('slow')]
    client.stream('ticks')
    conn.stream('ticks')
    await begun(8)
    conn.drop()
    await Promise.all(calls)
    await allEnded()
    const codes = sdk.spans.map((span) => span.attributes['rpc.response.status_code'])
    expect(codes).toEqual(Array(8).fill('wse.client.rp.disconnect'))
    const kinds = sdk.spans.map((span) => `${span.kind} ${span.attributes['error.type'] !== undefined}`)
    expect(kinds.sort()).toEqual([...Array(4).fill('1 false'), ...Array(4).fill('2 true')])
  })

  test('when its server is closed', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('slow', never)
    const call = client.try('slow')
    client.stream('slow')
    await begun(4)
    await server.close()
    await client.disconnect()
    await call
    await allEnded()
    expect(sdk.spans).toHaveLength(4)
  })

  test('by itself after instrumenting was undone, and no other begins', async (ends) => {
    const { server, client, undo } = await traced(ends)
    let answer: (value: unknown) => void = () => {}
    server.register('slow', () => new Promise((resolve) => (answer = resolve)))
    server.register('add', () => 1)
    const call = client.try('slow')
    client.stream('slow')
    await begun(4)
    for (const one of undo) one()
    expect(sdk.spans.map((span) => span.attributes['rpc.response.status_code'])).toEqual(['wse.rp.cancelled'])
    expect(await client.call('add')).toBe(1)
    client.send('chat')
    answer(2)
    await client.disconnect()
    await allEnded()
    await call
    expect(sdk.spans.map((span) => span.name)).toEqual(Array(4).fill('wse slow'))
  })
})
