import { decode, ExtensionCodec, encode } from '@msgpack/msgpack'
import { FRAME_LIMITS } from '@wse/protocol/wire'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { msgpack } from './msgpack.js'

/** Another implementation, which knows of the extensions what PROTOCOL.md says. */
const extensionCodec = new ExtensionCodec()
const listOf = (value: unknown) => encode(value, { extensionCodec })
const readList = (data: Uint8Array) => decode(data, { extensionCodec }) as unknown[]
extensionCodec.register({
  type: 1,
  encode: (value) => (value instanceof Map ? listOf([...value].flat()) : null),
  decode: (data) => {
    const list = readList(data)
    return new Map(list.flatMap((key, i) => (i % 2 === 0 ? [[key, list[i + 1]] as const] : [])))
  },
})
extensionCodec.register({
  type: 2,
  encode: (value) => (value instanceof Set ? listOf([...value]) : null),
  decode: (data) => new Set(readList(data)),
})

/** Any value both know: the other one writes no -0, and takes `__proto__` for an attack. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, true, false, Number.NaN, Number.POSITIVE_INFINITY),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double().filter((number) => !Object.is(number, -0)),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 20 },
    ),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 8 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 8 }).map((values) => new Set(values)),
  ),
}))

it('reads what another implementation writes', () => {
  fc.assert(
    fc.property(value, (payload) => {
      const frame = encode(['say', payload, 7], { extensionCodec, maxDepth: 1_000 })
      expect(msgpack.decode(frame, FRAME_LIMITS)).toEqual(['say', payload, 7])
    }),
    { numRuns: 500 },
  )
})

it('writes what another implementation reads', () => {
  fc.assert(
    fc.property(value, (payload) => {
      const frame = msgpack.encode('say', payload, 7, FRAME_LIMITS) as Uint8Array
      expect(decode(frame, { extensionCodec })).toEqual(['say', payload, 7])
    }),
    { numRuns: 500 },
  )
})

it('reads what it writes, bigints and every key included, and writes it in the same way again', () => {
  const any = fc.oneof(
    value,
    fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }),
    fc.constant(-0),
    fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'toJSON ', ''), value),
  )
  fc.assert(
    fc.property(fc.array(any), (payload) => {
      const frame = msgpack.encode('say', payload, undefined, FRAME_LIMITS)
      const decoded = msgpack.decode(frame, FRAME_LIMITS)
      expect(decoded).toEqual(['say', payload])
      expect(msgpack.encode('say', decoded[1], undefined, FRAME_LIMITS)).toEqual(frame)
    }),
    { numRuns: 500 },
  )
})
