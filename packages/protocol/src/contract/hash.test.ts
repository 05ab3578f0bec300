import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { chat } from './contract.test-helper.js'
import { defineContract } from './define-contract.js'
import { rpc } from './rpc.js'
import type { ContractParts } from './shape.js'
import { topic } from './topic.js'

const text = v.string()
const hashOf = (parts: ContractParts) => defineContract(parts).hash
const calls = (one: Parameters<typeof rpc>[0]) => hashOf({ server: { calls: { add: rpc(one as object) } } })

describe('the hash of a contract', () => {
  it('is the same text wherever it is made', () => {
    expect(chat.hash).toMatch(/^[0-9a-f]{16}$/)
    expect(hashOf({ server: { messages: { chat: text } } })).toBe('99bbe1f3a14ea79b')
  })

  it('does not depend on the order in which things are said', () => {
    const one = { calls: { a: rpc({ input: text, output: text }), b: rpc({}) }, messages: { c: text, d: text } }
    const other = { messages: { d: text, c: text }, calls: { b: rpc({}), a: rpc({ output: text, input: text }) } }
    expect(hashOf({ server: one })).toBe(hashOf({ server: other }))
  })

  it('tells apart whatever names, kinds and parts tell apart', () => {
    const hashes = [
      hashOf({}),
      hashOf({ identity: text }),
      hashOf({ meta: text }),
      hashOf({ welcome: text }),
      hashOf({ challenge: { quest: text, answer: text } }),
      hashOf({ server: { messages: { add: text } } }),
      hashOf({ client: { messages: { add: text } } }),
      hashOf({ client: { calls: { add: rpc({}) } } }),
      hashOf({ server: { calls: { sub: rpc({}) } } }),
      calls({}),
      calls({ input: text }),
      calls({ output: text }),
      calls({ items: text }),
      calls({ chunks: text }),
      calls({ errors: { BAD: v.object({}) } }),
      calls({ errors: { WORSE: v.object({}) } }),
      hashOf({ topics: { room: topic({}) } }),
      hashOf({ topics: { room: topic({ presence: text }) } }),
      hashOf({ topics: { room: topic({ history: { size: 1 } }) } }),
      hashOf({ topics: { room: topic({ events: { said: text } }) } }),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('has the version in front, which tells what a shape cannot show', () => {
    expect(hashOf({ version: '2026-07' })).toMatch(/^2026-07\.[0-9a-f]{16}$/)
    expect(hashOf({ version: 7 })).toMatch(/^7\./)
    expect(hashOf({ version: 'x'.repeat(64) }).length).toBeLessThanOrEqual(256)
  })
})
