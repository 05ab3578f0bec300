import { describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FRAME, WSE_CLOSE, WSE_ERROR } from '../codes/tables.js'
import { FRAME_LIMITS } from '../limits/frame-limits.js'
import { expand, fromBase64, type Text, vectors } from '../vectors.test-helper.js'
import { parseHi } from './hi.js'
import { parseSession } from './session.js'

interface Step {
  from?: 'client' | 'server'
  frame?: [string, unknown?, unknown?]
  text?: Text | Text[]
  base64?: string
  close?: [number, string]
  wait?: string
}

interface Sequence {
  name: string
  steps: Step[]
  ends?: string
}

const { server, client } = vectors<{ server: Sequence[]; client: Sequence[] }>('handshakes')
const all = [...server, ...client]

/** Puts values where a vector has placeholders. */
function filled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(filled)
  const { $any, $more, ...rest } = value as { $any?: string; $more?: boolean }
  if ($any !== undefined) return $any === 'number' ? 5 : 'text'
  return Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, filled(member)]))
}

function framesOf(sequence: Sequence, from: 'client' | 'server'): [string, unknown?, unknown?][] {
  return sequence.steps.flatMap((step) => (step.from === from && step.frame ? [filled(step.frame) as [string]] : []))
}

describe.each(all)('$name', (sequence) => {
  it('has steps of a known form', () => {
    for (const { from, frame, text, base64, close, wait } of sequence.steps) {
      expect([frame, text, base64, close, wait].filter((part) => part !== undefined)).toHaveLength(1)
      expect(from === undefined).toBe(wait !== undefined)
      if (wait) expect(['hi', 'answer', 'identify', 'accept']).toContain(wait)
      if (close) expect([...Object.values(WSE_CLOSE), 1012, 1013]).toContain(close[0])
    }
  })

  it('has frames that can be written and read', () => {
    for (const from of ['client', 'server'] as const) {
      for (const [type, payload, stamp] of framesOf(sequence, from)) {
        const text = jsonCodec.encode(type, payload, (stamp ?? undefined) as number | undefined, FRAME_LIMITS)
        expect(jsonCodec.decode(text, FRAME_LIMITS)[0]).toBe(type)
      }
    }
  })

  it('ends with a close or in peace', () => {
    const closes = sequence.steps.filter(({ close }) => close)
    expect(closes.length).toBeLessThanOrEqual(1)
    if (closes.length === 1) expect(sequence.steps.at(-1)).toBe(closes[0])
  })
})

it('a server answers what it admits with session and welcome to version 5, with welcome alone to WSE 4', () => {
  for (const sequence of server) {
    const types = framesOf(sequence, 'server').map(([type]) => type)
    if (!types.includes(FRAME.WELCOME)) continue
    const [, hi] = framesOf(sequence, 'client')[0] ?? []
    expect(types.includes(FRAME.SESSION), sequence.name).toBe(parseHi(hi)?.v !== undefined)
  }
})

it('sessions have the form of sessions, where a server sends them', () => {
  for (const sequence of server) {
    for (const [type, payload] of framesOf(sequence, 'server')) {
      if (type === FRAME.SESSION) expect(parseSession(payload), sequence.name).not.toBeNull()
    }
  }
})

it('what is called malformed is, and what is not is not', () => {
  for (const sequence of server) {
    for (const { text, base64 } of sequence.steps) {
      if (text === undefined && base64 === undefined) continue
      const frame = text === undefined ? fromBase64(base64 ?? '') : expand(text)
      const closed = sequence.steps.at(-1)?.close
      expect(closed?.[1], sequence.name).toBe('wse.protocol-error')
      // Too large or in the wrong place, where it can be read at all.
      if (typeof frame === 'string' && frame.startsWith('[')) expect(JSON.parse(frame)).toBeDefined()
      else expect(() => jsonCodec.decode(frame, FRAME_LIMITS)).toThrow()
    }
  }
})

it('a client ends ready, closed, or with a code there is', () => {
  const known: string[] = ['ready', 'closed', ...Object.values(WSE_ERROR)]
  for (const { ends } of client) expect(known).toContain(ends)
})
