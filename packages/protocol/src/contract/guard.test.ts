import { describe, expect, it } from 'vitest'
import { WSE_ERROR } from '../codes/tables.js'
import type { Payload } from '../frames/payload.js'
import { answerBy, chat } from './contract.test-helper.js'
import { defineContract } from './define-contract.js'

const server = chat.guard('server', { outgoing: 'always' })
const client = chat.guard('client', { outgoing: 'always' })
const overTheWire = (value: Payload) => JSON.parse(JSON.stringify(value ?? null))
const named = (code: string) => expect.objectContaining({ code })

describe('both ends of a contract', () => {
  it('have the same hash', () => {
    expect(server.hash).toBe(chat.hash)
    expect(client.hash).toBe(chat.hash)
  })

  it('apply a transform once each way', async () => {
    const at = overTheWire('2026-07-26T00:00:00.000Z')
    const ask = async () => overTheWire(await answerBy(server.answered('at'), at, (day: Date) => day.toISOString()))
    const read = await client.asked('at').call('2026-07-26T00:00:00.000Z', ask)
    expect(read).toEqual(new Date('2026-07-26T00:00:00.000Z'))
  })

  it('take what was left out for what it stands for', async () => {
    const greet = () => answerBy(server.answered('greet'), overTheWire(undefined), (name) => `hello ${name}`)
    const ask = async () => overTheWire(greet())
    expect(await client.asked('greet').call(undefined, ask)).toBe('hello world')
  })

  it('know each its own calls and messages alone', () => {
    expect(() => server.answered('confirm')).toThrow(named(WSE_ERROR.INVALID_NAME))
    expect(() => server.asked('add')).toThrow(named(WSE_ERROR.INVALID_NAME))
    expect(() => client.asked('constructor')).toThrow(named(WSE_ERROR.INVALID_NAME))
    expect(() => client.said('notice', 'x')).toThrow(named(WSE_ERROR.INVALID_NAME))
    expect(client.heard('chat')).toBeUndefined()
    expect(server.heard('toString')).toBeUndefined()
  })
})

describe('messages', () => {
  it('are looked at when they leave, and read when they arrive', () => {
    client.said('seen', '2026-07-26T00:00:00Z')
    expect(server.heard('seen')?.('2026-07-26T00:00:00Z')).toEqual(new Date('2026-07-26T00:00:00Z'))
    expect(() => client.said('seen', new Date())).toThrow(named(WSE_ERROR.INVALID_PAYLOAD))
    expect(() => server.heard('seen')?.('yesterday')).toThrow(named(WSE_ERROR.INVALID_PAYLOAD))
  })

  it('leave unseen where an end does not check', () => {
    const careless = chat.guard('client', { outgoing: 'never' })
    expect(() => careless.said('seen', new Date())).not.toThrow()
    expect(() => careless.said('sene', new Date())).toThrow(named(WSE_ERROR.INVALID_NAME))
  })
})

describe('the handshake', () => {
  it('is read and looked at as messages are', () => {
    expect(server.identity.read({ token: 't', extra: 1 })).toEqual({ token: 't' })
    expect(() => server.identity.read({})).toThrow(named(WSE_ERROR.INVALID_PAYLOAD))
    expect(() => server.welcome.check({})).toThrow(named(WSE_ERROR.INVALID_PAYLOAD))
    expect(() => client.answer.check(1)).toThrow(named(WSE_ERROR.INVALID_PAYLOAD))
    expect(client.quest.read({ nonce: 'n' })).toEqual({ nonce: 'n' })
    expect(() => client.meta.check({ device: 'phone' })).not.toThrow()
  })

  it('passes as it is where the contract says nothing of it', () => {
    const silent = defineContract({}).guard('server', { outgoing: 'always' })
    const anything = { at: 'all' }
    for (const passage of [silent.identity, silent.meta, silent.welcome, silent.quest, silent.answer]) {
      expect(passage.read(anything)).toBe(anything)
      passage.check(anything)
    }
  })
})

describe('calls nobody answers', () => {
  it('are named together', () => {
    const error = server.missing((name) => name !== 'add' && name !== 'reset')
    expect(error).toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED, details: { rpcs: ['add', 'reset'] } })
    expect(error?.message).toBe('the contract has calls without a handler: add, reset')
  })

  it('are no fault where there are none', () => {
    expect(server.missing(() => true)).toBeNull()
    expect(
      defineContract({})
        .guard('client')
        .missing(() => false),
    ).toBeNull()
  })
})

it('an option that is none is refused', () => {
  expect(() => chat.guard('server', { outgoing: 'sometimes' as never })).toThrow(named(WSE_ERROR.INVALID_OPTION))
})
