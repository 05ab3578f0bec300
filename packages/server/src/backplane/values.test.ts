import { FRAME_LIMITS, jsonCodec } from '@wse/protocol/internal'
import { expect, it } from 'vitest'
import { richCodec } from './rich-codec.test-helper.js'
import { Values } from './values.js'

const json = new Values([jsonCodec], FRAME_LIMITS)
const rich = new Values([jsonCodec, richCodec], FRAME_LIMITS)

it.each([null, 0, 'text', [1, [2]], { a: { b: [true] } }])('%j is written, and read', (value) => {
  for (const values of [json, rich]) {
    expect(values.read(values.write(value))).toEqual(value)
    expect(values.readText(values.writeText(value))).toEqual(value)
  }
})

it('says as much as the protocols of the server can say', () => {
  const value = { at: new Date(5), bytes: Uint8Array.of(1, 2), big: 2n ** 60n }
  expect(rich.read(rich.write(value))).toEqual(value)
  expect(rich.readText(rich.writeText(value))).toEqual(value)
  expect(json.read(json.write({ at: new Date(5) }))).toEqual({ at: '1970-01-01T00:00:00.005Z' })
})

it('is a text where it has to be', () => {
  expect(rich.write(1)).toBeInstanceOf(Uint8Array)
  for (const values of [json, rich]) expect(typeof values.writeText({ a: 1 })).toBe('string')
})

it('refuses what cannot be said', () => {
  expect(() => json.write(2n ** 60n)).toThrow(expect.objectContaining({ code: 'wse.unserializable' }))
})
