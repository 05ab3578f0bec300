import { WSE_ERROR, WseError } from '@wse/protocol'
import { FRAME_LIMITS } from '@wse/protocol/wire'
import { expect, it } from 'vitest'
import { msgpack } from './msgpack.js'

const write = (payload: unknown) => msgpack.encode('a', payload, undefined, FRAME_LIMITS)
const there = (payload: unknown): unknown => msgpack.decode(write(payload), FRAME_LIMITS)[1]

/** The error of a value that is not written. */
function errorOf(payload: unknown): WseError {
  try {
    write(payload)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(WseError)
    return thrown as WseError
  }
  throw new Error('it was written')
}

const circle: unknown[] = []
circle.push({ inner: circle })
const ring = new Map<string, unknown>()
ring.set('self', new Set([ring]))

it.each([
  ['a function', () => 1, 'a function'],
  ['a symbol', Symbol('s'), 'a symbol'],
  ['a method among members', { run() {} }, 'a function'],
  ['an invalid date', new Date(Number.NaN), 'an invalid Date'],
  ['floats', new Float32Array(2), 'bytes that are no Uint8Array'],
  ['a view', new DataView(new ArrayBuffer(1)), 'bytes that are no Uint8Array'],
  ['memory', new ArrayBuffer(1), 'bytes that are no Uint8Array'],
  ['a bigint without end', 2n ** 8_191n, 'a bigint of more than 1024 bytes'],
  ['a circle', circle, 'a cycle'],
  ['a circle of a Map and a Set', ring, 'a cycle'],
])('refuses %s, and says why', (_, payload, why) => {
  const error = errorOf(payload)
  expect(error.code).toBe(WSE_ERROR.UNSERIALIZABLE)
  expect(error.message).toBe(`cannot be encoded as MessagePack: ${why}`)
})

it('tells what a getter threw as the cause, though it is a WseError', () => {
  const cause = new WseError('MINE')
  const error = errorOf({
    get a() {
      throw cause
    },
  })
  expect(error).toMatchObject({ code: WSE_ERROR.UNSERIALIZABLE, cause })
})

it('tells too deep from a cycle: the same value side by side is none', () => {
  let deep: unknown = []
  for (let i = 0; i < 63; i++) deep = [deep, deep === null]
  expect(errorOf(deep)).toMatchObject({ code: WSE_ERROR.TOO_DEEP, details: { depth: 64 } })
  const shared = { a: 1 }
  expect(there([shared, [shared]])).toEqual([{ a: 1 }, [{ a: 1 }]])
})

it('carries the widest bigints there may be', () => {
  for (const value of [2n ** 8_191n - 1n, -(2n ** 8_191n)]) expect(there(value)).toBe(value)
})

it('writes a lone surrogate as U+FFFD, in texts of any length and in keys', () => {
  for (const length of [0, 40, 100, 1_000]) {
    const text = 'x'.repeat(length)
    expect(there(`${text}\ud800${text}`)).toBe(`${text}\ufffd${text}`)
  }
  expect(there({ '\udc00': 1 })).toEqual({ '\ufffd': 1 })
})

it.each([31, 32, 63, 64, 65, 84, 85, 86, 127, 128, 255, 256, 21_845, 65_535, 65_536])(
  'carries texts of %d characters, whatever they take',
  (length) => {
    for (const char of ['x', 'é', '漢']) expect(there(char.repeat(length))).toBe(char.repeat(length))
    expect(there(`${'x'.repeat(length - 1)}é`)).toBe(`${'x'.repeat(length - 1)}é`)
  },
)

it('leaves out what is undefined, also of many members', () => {
  for (const size of [1, 15, 16, 70_000]) {
    const members = Array.from({ length: size }, (_, i) => [`k${i}`, i % 2 === 0 ? i : undefined])
    const kept = members.filter(([, value]) => value !== undefined)
    expect(there(Object.fromEntries(members))).toEqual(Object.fromEntries(kept))
  }
})

it('writes objects as JSON does: own members of instances, what toJSON gives, what a Number object stands for', () => {
  class Point {
    x = 1
    #y = 2
    get length() {
      return this.#y
    }
  }
  const payload = [
    new Point(),
    new URL('ws://x/'),
    new Number(5),
    new String('s'),
    new Boolean(false),
    Object.create(null),
  ]
  expect(there(payload)).toEqual([{ x: 1 }, 'ws://x/', 5, 's', false, {}])
  const once = { toJSON: () => ({ toJSON: 1, a: { toJSON: () => new Map([[1, 2]]) } }) }
  expect(there(once)).toEqual({ toJSON: 1, a: new Map([[1, 2]]) })
})

it('writes a Buffer, and a part of larger memory, as their bytes alone', () => {
  expect(there({ a: Buffer.from('abc'), b: new Uint8Array([1, 2, 3]).subarray(1) })).toEqual({
    a: new Uint8Array([97, 98, 99]),
    b: new Uint8Array([2, 3]),
  })
})

it('gives each frame memory of its own', () => {
  const [one, two] = [write('one'), write('two')] as [Uint8Array, Uint8Array]
  one.fill(0)
  expect(msgpack.decode(two, FRAME_LIMITS)[1]).toBe('two')
  expect(two.buffer.byteLength).toBe(two.length)
})

it('goes on after a value that was refused, in the midst of another one, too', () => {
  const payload = {
    get a() {
      return errorOf([1, () => 1]).code
    },
  }
  expect(there(payload)).toEqual({ a: WSE_ERROR.UNSERIALIZABLE })
  expect(there('x')).toBe('x')
})
