import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { WSE_ERROR } from '../codes/tables.js'
import { chat } from './contract.test-helper.js'
import { defineContract } from './define-contract.js'
import { rpc } from './rpc.js'
import { topic } from './topic.js'

/** The path a definition is refused for. */
function optionOf(define: () => unknown): unknown {
  try {
    define()
  } catch (error) {
    expect(error).toMatchObject({ code: WSE_ERROR.INVALID_OPTION })
    return (error as { details: { option: string } }).details.option
  }
  return 'nothing was refused'
}

const calls = (parts: object) => () => defineContract({ server: { calls: parts as never } })
const messages = (parts: object) => () => defineContract({ client: { messages: parts as never } })
const topics = (parts: object) => () => defineContract({ topics: parts as never })
const text = v.string()

describe('a contract', () => {
  it('has every part, if only as nothing', () => {
    const contract = defineContract({})
    expect(contract.server).toEqual({ calls: {}, messages: {} })
    expect(contract.client).toEqual({ calls: {}, messages: {} })
    expect(contract.topics).toEqual({})
    expect(contract.identity).toBeUndefined()
  })

  it('takes the schemas of any library', () => {
    const parts = { zod: z.string(), valibot: text, arktype: type('string') }
    expect(Object.keys(defineContract({ server: { messages: parts } }).server.messages)).toEqual(Object.keys(parts))
  })

  it('cannot be changed any more', () => {
    for (const part of [chat, chat.server, chat.server.calls, chat.client.messages, chat.topics, chat.challenge]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
    expect(Object.isFrozen(chat.server.calls.add.errors)).toBe(true)
  })

  it('keeps what it was given when the object it came in changes', () => {
    const messages: Record<string, typeof text> = { one: text }
    const contract = defineContract({ server: { messages } })
    messages.two = text
    expect(Object.keys(contract.server.messages)).toEqual(['one'])
  })

  it('takes names that objects have by themselves', () => {
    // biome-ignore lint/suspicious/noThenProperty: a name like any other
    const parts = { ['__proto__']: rpc({ output: text }), constructor: rpc({}), then: rpc({}) }
    const contract = defineContract({ server: { calls: parts } })
    expect(Object.keys(contract.server.calls)).toEqual(['__proto__', 'constructor', 'then'])
    expect(contract.guard('server').missing(() => false)?.details.rpcs).toEqual(['__proto__', 'constructor', 'then'])
  })
})

describe('what is no contract is refused by its path', () => {
  it.each([
    ['a schema that is none', calls({ add: rpc({ input: String as never }) }), 'server.calls.add.input'],
    ['the same of an output', calls({ add: rpc({ output: {} as never }) }), 'server.calls.add.output'],
    ['the same of an error', calls({ add: rpc({ errors: { BAD: 1 as never } }) }), 'server.calls.add.errors.BAD'],
    [
      'a code of the SDK',
      calls({ add: rpc({ errors: { 'wse.closed': v.object({}) } }) }),
      'server.calls.add.errors.wse.closed',
    ],
    ['a call that is no rpc', calls({ add: { input: text } }), 'server.calls.add'],
    ['a call that is null', calls({ add: null }), 'server.calls.add'],
    ['a reserved name', calls({ '~wse:hi': rpc({}) }), 'server.calls.~wse:hi'],
    ['an empty name', messages({ '': text }), 'client.messages.'],
    ['a name that is too long', messages({ ['x'.repeat(129)]: text }), `client.messages.${'x'.repeat(129)}`],
    ['a message without a schema', messages({ notice: undefined }), 'client.messages.notice'],
    ['a topic that is none', topics({ room: {} }), 'topics.room'],
    ['a template with half a parameter', topics({ 'room:{id': topic({}) }), 'topics.room:{id'],
    ['a template with an empty level', topics({ 'room:': topic({}) }), 'topics.room:'],
    ['a wildcard in a template', topics({ 'room:+': topic({}) }), 'topics.room:+'],
    ['a parameter twice', topics({ '{id}:{id}': topic({}) }), 'topics.{id}:{id}'],
    ['a history of no size', topics({ room: topic({ history: { size: -1 } }) }), 'topics.room.history.size'],
    ['a history that ends at once', topics({ r: topic({ history: { size: 1, ttl: 0 } }) }), 'topics.r.history.ttl'],
    ['two templates for a name', topics({ 'r:{a}': topic({}), 'r:{b}': topic({}) }), 'topics.r:{b}'],
    ['an event without a schema', topics({ room: topic({ events: { said: 1 as never } }) }), 'topics.room.events.said'],
    ['a presence that is no schema', topics({ room: topic({ presence: 1 as never }) }), 'topics.room.presence'],
    ['half a challenge', () => defineContract({ challenge: { quest: text } as never }), 'challenge.answer'],
    ['an identity that is no schema', () => defineContract({ identity: 'text' as never }), 'identity'],
    ['an unknown part', () => defineContract({ servre: {} } as never), 'contract.servre'],
    ['an unknown part of a side', () => defineContract({ server: { call: {} } as never }), 'server.call'],
    ['a contract that is none', () => defineContract(null as never), 'contract'],
    ['a version that is none', () => defineContract({ version: {} as never }), 'version'],
    ['a version that is too long', () => defineContract({ version: 'x'.repeat(65) }), 'version'],
    ['an unknown member of rpc', () => rpc({ inptu: text } as never), 'rpc.inptu'],
    ['errors that are no object', () => rpc({ errors: 'BAD' as never }), 'rpc.errors'],
    ['an unknown member of topic', () => topic({ event: {} } as never), 'topic.event'],
  ])('%s', (_what, define, path) => {
    expect(optionOf(define)).toBe(path)
  })

  it('a schema of another version of the standard', () => {
    const future = { '~standard': { version: 2, vendor: 'x', validate: () => ({ value: 1 }) } }
    expect(optionOf(messages({ notice: future }))).toBe('client.messages.notice')
  })
})
