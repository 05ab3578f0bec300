import { describe, expect, it } from 'vitest'
import { WSE_ERROR } from '../codes/tables.js'
import type { Payload } from '../frames/payload.js'
import { type End, twoPeers } from '../two-peers.test-helper.js'
import type { AnsweredContext } from './answered.js'
import { chat } from './contract.test-helper.js'
import type { Guard } from './guard.js'
import { InOrder } from './in-order.js'
import { outcomeOf } from './outcome.js'

type Run = (payload: Payload, context: AnsweredContext) => unknown

/** One end with a contract, wired as the facades wire theirs. */
class Guarded {
  readonly refused: unknown[] = []
  readonly #end: End
  readonly #guard: Guard
  readonly #messages: InOrder
  readonly heard: unknown[][] = []

  constructor(end: End, guard: Guard) {
    this.#end = end
    this.#guard = guard
    this.#messages = new InOrder({
      message: (type, payload) => this.heard.push([type, payload]),
      refused: (_type, thrown) => this.refused.push(thrown),
    })
    end.message = (type, payload) => {
      const read = guard.heard(type)
      if (read !== undefined) this.#messages.take(type, payload, read)
    }
  }

  register(name: string, run: Run): void {
    const handler = this.#guard
      .answered(name)
      .handler<undefined, AnsweredContext>((_who, payload, ctx) => run(payload, ctx))
    this.#end.procedures.set(name, (payload) => handler(undefined, payload, {}))
  }

  call(name: string, input?: Payload): Promise<Payload> {
    return this.#guard.asked(name).call(input, () => this.#end.peer.call(name, input))
  }

  send(type: string, payload?: Payload): void {
    this.#guard.said(type, payload)
    this.#end.peer.send(type, payload)
  }
}

/** A client that may be careless about what it sends, and a server that never is. */
function setUp(outgoing: 'always' | 'never' = 'always') {
  const { client, server } = twoPeers()
  return {
    client: new Guarded(client, chat.guard('client', { outgoing })),
    server: new Guarded(server, chat.guard('server', { outgoing: 'always' })),
    wire: { client, server },
  }
}

describe('two peers with a contract', () => {
  it('call each other by it, both ways', async () => {
    const { client, server } = setUp()
    server.register('add', ({ a, b }) => a + b)
    server.register('greet', (name) => `hello ${name}`)
    client.register('confirm', async (question) => question.length > 3)
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    expect(await client.call('greet')).toBe('hello world')
    expect(await server.call('confirm', 'Sure?')).toBe(true)
  })

  it('refuse bad input before a handler sees it, with its issues and without its values', async () => {
    const { client, server, wire } = setUp('never')
    let ran = 0
    server.register('add', () => ran++)
    await expect(client.call('add', { a: 1, b: 'hunter2' })).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_PAYLOAD,
      remote: true,
      details: { rpc: 'add', issues: [{ path: ['b'], message: 'expected number' }] },
    })
    expect(ran).toBe(0)
    expect(JSON.stringify(wire.server.wrote)).not.toContain('hunter2')
    expect(wire.server.failures).toEqual([])
  })

  it('write nothing that does not fit, where they look', async () => {
    const { client, wire } = setUp()
    await expect(client.call('add', { a: 1 })).rejects.toMatchObject({ details: { certainty: 'not-sent' } })
    expect(() => client.send('chat', { text: 1 })).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD }))
    expect(wire.client.wrote).toEqual([])
  })

  it('answer with the errors of the contract', async () => {
    const { client, server } = setUp()
    server.register('add', ({ a }, { error }) => {
      throw error?.('TOO_BIG', { max: a })
    })
    expect(await outcomeOf(client.call('add', { a: 1, b: 2 }))).toMatchObject({
      ok: false,
      error: { code: 'TOO_BIG', details: { max: 1, rpc: 'add' }, remote: true },
    })
  })

  it('keep the reason of a result that does not fit on the side that made it', async () => {
    const { client, server, wire } = setUp()
    server.register('add', () => 'three')
    await expect(client.call('add', { a: 1, b: 2 })).rejects.toMatchObject({
      code: WSE_ERROR.RP_EXECUTION_FAILED,
      details: { errorId: expect.any(String) },
    })
    const [failure] = wire.server.failures
    expect(failure?.cause).toMatchObject({ cause: { code: WSE_ERROR.INVALID_PAYLOAD } })
  })

  it('send each other messages, transformed once', () => {
    const { client, server } = setUp()
    client.send('seen', '2026-07-26T00:00:00Z')
    client.send('ping')
    server.send('notice', 'hi')
    expect(server.heard).toEqual([
      ['seen', new Date('2026-07-26T00:00:00Z')],
      ['ping', undefined],
    ])
    expect(client.heard).toEqual([['notice', 'hi']])
  })

  it('let no message through that does not fit, or that the contract does not have', () => {
    const { client, server, wire } = setUp('never')
    client.send('chat', { text: 1 })
    wire.client.peer.send('unknown', 1)
    expect(server.heard).toEqual([])
    expect(server.refused).toEqual([expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD })])
  })
})
