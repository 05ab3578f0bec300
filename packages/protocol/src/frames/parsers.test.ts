import { describe, expect, it } from 'vitest'
import { FRAME } from '../codes/tables.js'
import { vectors } from '../vectors.test-helper.js'
import { parseAck } from './ack.js'
import { parseCall } from './call.js'
import { parseEvent } from './event.js'
import { parseExpiring } from './expiring.js'
import { parseGoaway } from './goaway.js'
import { parseHi } from './hi.js'
import { parseMembers } from './members.js'
import { parsePing } from './ping.js'
import { parseSession } from './session.js'
import { parseCredit } from './stream.js'
import { parseVolatile } from './volatile.js'

type Parse = (payload: unknown) => unknown

interface Frames {
  frames: Record<string, { valid: unknown[]; invalid: unknown[] }>
}

const { frames } = vectors<Frames>('frames')

const PARSERS: Record<string, Parse> = {
  [FRAME.HI]: parseHi,
  [FRAME.SESSION]: parseSession,
  [FRAME.ACK]: parseAck,
  [FRAME.PING]: parsePing,
  [FRAME.PONG]: parsePing,
  [FRAME.GOAWAY]: parseGoaway,
  [FRAME.EXPIRING]: parseExpiring,
  [FRAME.VOLATILE]: parseVolatile,
  [FRAME.EVENT]: parseEvent,
  [FRAME.MEMBERS]: parseMembers,
  [FRAME.CALL]: parseCall,
  [FRAME.CREDIT]: parseCredit,
}

/** Frames whose payload is anything. */
const ANY = [
  FRAME.CHALLENGE,
  FRAME.WELCOME,
  FRAME.RESPONSE,
  FRAME.RESPONSE_ERR,
  FRAME.ITEM,
  FRAME.END,
  FRAME.CANCEL,
] as const

it('every reserved frame has vectors', () => {
  expect(Object.keys(frames).sort()).toEqual(Object.values(FRAME).sort())
  expect([...Object.keys(PARSERS), ...ANY].sort()).toEqual(Object.values(FRAME).sort())
})

describe.each(Object.entries(PARSERS))('%s', (frame, parse) => {
  const { valid, invalid } = frames[frame] as { valid: unknown[]; invalid: unknown[] }

  it.each(valid.map((payload) => [payload]))('takes %j', (payload) => {
    expect(parse(payload)).not.toBeNull()
  })

  it.each(invalid.map((payload) => [payload]))('refuses %j', (payload) => {
    expect(parse(payload)).toBeNull()
  })

  it('refuses what JSON cannot write, and never throws', () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, 5n, Symbol('x'), () => 1]) expect(parse(odd)).toBeNull()
  })
})

it('an absent payload is a hi of WSE 4, and malformed for the others that need one', () => {
  expect(parseHi(undefined)).toEqual({})
  for (const parse of [
    parseSession,
    parseAck,
    parsePing,
    parseGoaway,
    parseExpiring,
    parseVolatile,
    parseEvent,
    parseMembers,
    parseCall,
  ]) {
    expect(parse(undefined)).toBeNull()
  }
})

it('what is read is what was sent', () => {
  expect(parseHi({ identity: { token: 't' }, meta: [1], v: 5, keep: true })).toEqual({
    identity: { token: 't' },
    meta: [1],
    v: 5,
    keep: true,
  })
  expect(parseCall({ name: 'add', payload: [1], timeout: 5 })).toEqual({ name: 'add', payload: [1], timeout: 5 })
  expect(parseVolatile(['a', { b: 1 }])).toEqual(['a', { b: 1 }])
  expect(parseAck(5)).toBe(5)
})

it('members named after parts of a prototype reach none', () => {
  const hi = parseHi(JSON.parse('{"meta":{"__proto__":{"admin":true}},"__proto__":{"v":5},"constructor":1}'))
  expect(hi?.v).toBeUndefined()
  expect(({} as Record<string, unknown>).admin).toBeUndefined()
  expect(Object.getPrototypeOf(parseHi(JSON.parse('{"__proto__":{"v":5}}')))).toBe(Object.prototype)
})

it('no list passes for an object', () => {
  expect(parseHi([])).toBeNull()
  expect(parseSession([])).toBeNull()
})
