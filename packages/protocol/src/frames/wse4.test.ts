import { describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { mayComeBack } from '../codes/after-close.js'
import { FRAME, WSE_ERROR, WSE_REASON } from '../codes/tables.js'
import { fromWire } from '../error/describe.js'
import { FRAME_LIMITS } from '../limits/frame-limits.js'
import { vectors } from '../vectors.test-helper.js'
import { type Envelope, hasStamp, isReserved, Malformed } from './envelope.js'
import { parseHi } from './hi.js'

interface Step {
  from: 'client' | 'server'
  frame?: string
  close?: [number, string]
}

const { scenarios } = vectors<{ scenarios: Record<string, Step[]> }>('wse4')
const steps = Object.values(scenarios).flat()
const frames = steps.flatMap(({ frame }) => (frame === undefined || frame === '{nope' ? [] : [frame]))
const read = (frame: string) => jsonCodec.decode(frame, FRAME_LIMITS) as Envelope

/** What a WSE 4 peer sends, recorded. */
describe('frames of a real WSE 4', () => {
  it.each([...new Set(frames)])('reads %s', (frame) => {
    const [type, , stamp] = read(frame)
    expect(type.length).toBeGreaterThan(0)
    if (stamp) expect(stamp).toMatch(/^[A-Za-z0-9]{10}$/)
  })

  it('come out the same, but for absent positions', () => {
    for (const frame of frames) {
      const [type, payload, stamp] = read(frame)
      const written = jsonCodec.encode(type, payload, hasStamp(stamp) ? stamp : undefined, FRAME_LIMITS) as string
      expect(JSON.parse(frame).slice(0, JSON.parse(written).length)).toEqual(JSON.parse(written))
    }
  })

  it('greet without a version', () => {
    const his = frames.map(read).filter(([type]) => type === FRAME.HI)
    expect(his.length).toBeGreaterThan(5)
    for (const [, payload] of his) {
      expect(parseHi(payload)).toEqual(payload)
      expect(parseHi(payload)?.v).toBeUndefined()
    }
  })

  it('use no reserved name beyond the six, where they are not made to', () => {
    const known: string[] = [FRAME.HI, FRAME.CHALLENGE, FRAME.WELCOME, FRAME.RESPONSE, FRAME.RESPONSE_ERR]
    for (const [name, recorded] of Object.entries(scenarios)) {
      if (name.startsWith('an unknown reserved frame')) continue
      for (const { frame } of recorded) {
        if (!frame || frame === '{nope') continue
        const [type] = read(frame)
        if (isReserved(type)) expect(known).toContain(type)
      }
    }
  })

  it('are malformed where WSE 4 found them so too', () => {
    expect(() => read('{nope')).toThrow(Malformed)
  })

  it('carry errors that a caller of version 5 understands', () => {
    const errors = frames.map(read).filter(([type]) => type === FRAME.RESPONSE_ERR)
    const codes = new Set(errors.map(([, payload]) => fromWire(payload, 'rpc').code))
    expect([...codes].sort()).toEqual(['MY_CODE', WSE_ERROR.RP_EXECUTION_FAILED, WSE_ERROR.RP_NOT_REGISTERED])
  })
})

it('its closes are 1000 with a reason, after which nobody comes back, and 4000 of a client that jumps', () => {
  const reasons: string[] = [...Object.values(WSE_REASON), 'bye', 'jump']
  for (const { close } of steps) {
    if (!close) continue
    expect(reasons).toContain(close[1])
    expect(close[0]).toBe(close[1] === 'jump' ? 4000 : 1000)
    expect(mayComeBack(close[0])).toBe(false)
  }
})
