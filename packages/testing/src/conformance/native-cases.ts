import { WSE_ERROR, WseError } from '@wse/protocol'
import { FRAME_LIMITS } from '@wse/protocol/wire'
import { equal, ok } from './assert.js'
import { type CodecCase, type CodecSubject, decodeOne, NO_LIMITS, refuses, roundTrip } from './codec-case.js'

/** Rules for codecs that carry bytes, dates, maps, sets and bigints anywhere in a value. */
export const NATIVE_CASES: readonly CodecCase[] = [
  { name: 'gives decoded bytes within a value memory of their own', run: ownMemory },
  { name: 'tells numbers from bigints', run: tellsNumbers },
  { name: 'counts a Map and a Set as a level each', run: countsLevels },
  { name: 'refuses to encode a cycle through a Map or a Set', run: refusesCycles },
  { name: 'refuses to encode what it cannot carry', run: refusesOthers },
]

const BYTES = Uint8Array.from([0, 127, 128, 255])

/** What such a codec carries beside JSON. */
export const NATIVE_VALUES: readonly unknown[] = [
  { a: [BYTES, new Uint8Array(0), { b: new Uint8Array(70_000).fill(7) }] },
  ...[0, 1, -1, 1_700_000_000_123, 2 ** 34 * 1_000, -62_135_596_800_001, 8.64e15, -8.64e15].map((ms) => new Date(ms)),
  ...[0n, 1n, -1n, 127n, 128n, -128n, -129n, 255n, 256n, 2n ** 64n, -(2n ** 63n), 2n ** 255n, -(2n ** 255n)],
  new Map(),
  new Map<unknown, unknown>([
    ['a', 1],
    [1, [2]],
    [{ key: true }, new Map([[BYTES, new Date(5)]])],
    ['__proto__', null],
  ]),
  new Set(),
  new Set<unknown>([1, '1', [new Set([BYTES])], 5n]),
  new Set(Array.from({ length: 70_000 }, (_, i) => i)),
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
]

function ownMemory({ codec }: CodecSubject): void {
  const frame = codec.encode('say', { list: [BYTES] }, undefined, FRAME_LIMITS)
  const [, payload] = decodeOne(codec, frame)
  const bytes: unknown = payload.list[0]
  ok(bytes instanceof Uint8Array, 'what was bytes is not')
  if (typeof frame !== 'string') frame.fill(0)
  equal(bytes, BYTES, 'bytes, after the frame was overwritten')
  equal(bytes.buffer.byteLength, BYTES.length, 'memory behind the bytes')
}

function tellsNumbers({ codec }: CodecSubject): void {
  for (const number of [0, 5, 2 ** 31, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER, -(2 ** 31) - 1, 2 ** 53, 2 ** 64]) {
    equal(roundTrip(codec, 'say', [number, -number || 0])[1], [number, -number || 0], 'numbers')
    equal(roundTrip(codec, 'say', BigInt(number))[1], BigInt(number), 'bigint')
  }
}

function countsLevels({ codec }: CodecSubject): void {
  for (const wrap of [(inner: unknown) => new Map([[1, inner]]), (inner: unknown) => new Set([inner])]) {
    const of = (levels: number) => {
      let value: unknown = 0
      for (let i = 0; i < levels; i++) value = wrap(value)
      return value
    }
    // The frame itself is one level.
    const deepest = of(FRAME_LIMITS.depth - 1)
    equal(roundTrip(codec, 'say', deepest)[1], deepest, 'payload')
    equal(
      codeOf(() => codec.encode('say', wrap(deepest), undefined, FRAME_LIMITS)),
      WSE_ERROR.TOO_DEEP,
      'error',
    )
    refuses(codec, codec.encode('say', wrap(deepest), undefined, NO_LIMITS), 'a frame that is too deep')
    refuses(codec, codec.encode('say', of(1_000), undefined, NO_LIMITS), 'a frame that is much too deep')
  }
}

function refusesCycles({ codec }: CodecSubject): void {
  const map = new Map<unknown, unknown>()
  map.set('self', [map])
  const set = new Set<unknown>()
  set.add({ set })
  for (const cycle of [map, set]) {
    const code = codeOf(() => codec.encode('say', cycle, undefined, FRAME_LIMITS))
    ok(code === WSE_ERROR.UNSERIALIZABLE || code === WSE_ERROR.TOO_DEEP, `encoding a cycle threw ${code}`)
  }
}

function refusesOthers({ codec }: CodecSubject): void {
  const others = [() => 1, Symbol('s'), new Date(Number.NaN), new Float64Array(1), new ArrayBuffer(1)]
  for (const other of others) {
    for (const payload of [other, { a: [other] }, new Map([[other, 1]])]) {
      const code = codeOf(() => codec.encode('say', payload, undefined, FRAME_LIMITS))
      equal(code, WSE_ERROR.UNSERIALIZABLE, `error for ${String(other)}`)
    }
  }
}

function codeOf(encode: () => unknown): unknown {
  try {
    encode()
  } catch (thrown) {
    return thrown instanceof WseError ? thrown.code : thrown
  }
  return 'none'
}
