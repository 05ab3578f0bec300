import { WSE_ERROR, WseError } from '@wse/protocol'
import type { Data } from '@wse/protocol/wire'
import { FRAME, FRAME_LIMITS, Malformed, NAME_BYTES } from '@wse/protocol/wire'
import { copyOf } from '../frame.js'
import { seededRandom } from '../seeded-random.js'
import { ConformanceError, equal, ok } from './assert.js'
import { type CodecCase, type CodecSubject, decodeOne, NO_LIMITS, nested, refuses, roundTrip } from './codec-case.js'

/** Rules for every codec. */
export const CODEC_CASES: readonly CodecCase[] = [
  { name: 'has a name that can be a subprotocol', run: hasName },
  { name: 'carries every kind of value', run: carriesValues },
  { name: 'carries a frame without a payload', run: carriesNothing },
  { name: 'carries reserved names', run: carriesReserved },
  { name: 'carries stamps', run: carriesStamps },
  { name: `carries names of ${NAME_BYTES} bytes and refuses longer ones`, run: limitsNames },
  { name: `carries ${FRAME_LIMITS.depth} levels and refuses more`, run: limitsDepth },
  { name: 'refuses to encode a cycle', run: refusesCycles },
  { name: 'refuses to encode what throws when it is read', run: refusesThrowers },
  { name: 'leaves out members that are undefined, and asks toJSON', run: writesAsJson },
  { name: 'carries a value that stands in two places', run: carriesTwice },
  { name: 'encodes a frame in the midst of another', run: isReentrant },
  { name: 'keeps no state between frames', run: keepsNoState },
  { name: 'leaves prototypes alone', run: leavesPrototypes },
  { name: 'refuses malformed frames', run: refusesMalformed },
  { name: 'refuses a frame that was cut short', run: refusesPrefixes },
  { name: 'refuses a frame with something behind it', run: refusesMore },
  { name: 'throws nothing but Malformed, whatever comes', run: throwsOnlyMalformed },
]

function hasName({ codec }: CodecSubject): void {
  ok(/^[\w!#$%&'*+.^`|~-]{1,64}$/.test(codec.name), `'${codec.name}' is not an HTTP token of at most 64 characters`)
  ok(codec.version === 4 || codec.version === 5, 'version is 4 or 5')
}

function carriesValues({ codec, values }: CodecSubject): void {
  for (const value of values) {
    const envelope = roundTrip(codec, 'say', value)
    equal(envelope[0], 'say', 'name')
    equal(envelope[1], value, 'payload')
    ok(isNone(envelope[2]), 'a stamp that was not sent')
  }
}

function carriesNothing({ codec }: CodecSubject): void {
  const [type, payload, stamp] = roundTrip(codec, 'say')
  equal(type, 'say', 'name')
  ok((payload ?? null) === null && isNone(stamp), 'a position that was not sent')
}

function carriesReserved({ codec }: CodecSubject): void {
  for (const name of Object.values(FRAME)) {
    const payload = name === FRAME.VOLATILE ? ['say', 1] : { name: 'add', payload: 1 }
    const [type, decoded] = roundTrip(codec, name, payload)
    equal([type, decoded], [name, payload], 'envelope')
  }
}

function carriesStamps({ codec }: CodecSubject): void {
  for (const stamp of [1, 2, 255, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER, 'a', 'V1StGXR8_Z5jdHi6B-myT']) {
    equal(roundTrip(codec, 'add', { a: 1 }, stamp), ['add', { a: 1 }, stamp], 'envelope')
    equal(roundTrip(codec, 'add', undefined, stamp)[2], stamp, 'stamp without a payload')
  }
  ok(isNone(roundTrip(codec, 'add', 1, undefined)[2]), 'a stamp that was not sent')
}

function limitsNames({ codec }: CodecSubject): void {
  for (const name of ['n'.repeat(NAME_BYTES), 'é'.repeat(NAME_BYTES / 2)]) {
    equal(roundTrip(codec, name, 1)[0], name, 'name')
    refuses(codec, codec.encode(`${name}n`, 1, undefined, NO_LIMITS), 'a name that is too long')
  }
  refuses(codec, codec.encode('', 1, undefined, NO_LIMITS), 'an empty name')
}

function limitsDepth({ codec }: CodecSubject): void {
  // The frame itself is one level.
  const deepest = nested(FRAME_LIMITS.depth - 1)
  const tooDeep = { deeper: deepest }
  equal(roundTrip(codec, 'say', deepest)[1], deepest, 'payload')
  fails(() => codec.encode('say', tooDeep, undefined, FRAME_LIMITS), [WSE_ERROR.TOO_DEEP], 'encoding too deep a value')
  refuses(codec, codec.encode('say', tooDeep, undefined, NO_LIMITS), 'a frame that is too deep')
  refuses(codec, codec.encode('say', nested(1_000), undefined, NO_LIMITS), 'a frame that is much too deep')
}

function refusesCycles({ codec }: CodecSubject): void {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const codes = [WSE_ERROR.UNSERIALIZABLE, WSE_ERROR.TOO_DEEP]
  fails(() => codec.encode('say', cycle, undefined, FRAME_LIMITS), codes, 'encoding a cycle')
}

function refusesThrowers({ codec }: CodecSubject): void {
  const thrower = {
    get member(): never {
      throw new Error('read')
    },
  }
  const encode = () => codec.encode('say', { thrower }, undefined, FRAME_LIMITS)
  fails(encode, [WSE_ERROR.UNSERIALIZABLE], 'encoding what throws')
}

function writesAsJson({ codec }: CodecSubject): void {
  const payload = { a: undefined, b: [undefined, 1], c: { toJSON: () => 'c' }, d: { toJSON: () => undefined } }
  equal(roundTrip(codec, 'say', payload)[1], { b: [null, 1], c: 'c' }, 'payload')
  equal(roundTrip(codec, 'say', { toJSON: () => [1] })[1], [1], 'payload')
}

function carriesTwice({ codec }: CodecSubject): void {
  const twice = { a: [1] }
  equal(roundTrip(codec, 'say', [twice, twice, twice.a])[1], [{ a: [1] }, { a: [1] }, [1]], 'payload')
}

function isReentrant({ codec }: CodecSubject): void {
  const inner: Data[] = []
  const payload = {
    a: 'before',
    get b() {
      inner.push(codec.encode('inner', ['x'.repeat(10_000)], 3, FRAME_LIMITS))
      return 'between'
    },
    c: 'after',
  }
  equal(roundTrip(codec, 'say', payload)[1], { a: 'before', b: 'between', c: 'after' }, 'payload')
  for (const frame of inner)
    equal(decodeOne(codec, frame)[1], ['x'.repeat(10_000)], 'payload of the frame in its midst')
}

function keepsNoState({ codec, values }: CodecSubject): void {
  const encode = () => values.map((value) => codec.encode('say', value, 1, FRAME_LIMITS))
  const first = encode()
  const second = encode()
  equal(first, second, 'the same envelopes encoded again')
  for (const [at, frame] of first.entries()) {
    equal(decodeOne(codec, frame), decodeOne(codec, second[at] ?? ''), 'the same frame decoded again')
  }
}

function leavesPrototypes({ codec }: CodecSubject): void {
  const payload: unknown = JSON.parse('{ "__proto__": { "polluted": true }, "constructor": { "prototype": 1 } }')
  try {
    roundTrip(codec, 'say', payload)
  } catch {
    // Refusing such a key is as good as carrying it.
  }
  equal(({} as { polluted?: unknown }).polluted, undefined, 'a member of every object')
}

function refusesMalformed({ codec, malformed }: CodecSubject): void {
  for (const [at, frame] of malformed.entries()) refuses(codec, frame, `malformed frame ${at} (${String(frame)})`)
}

function refusesPrefixes({ codec }: CodecSubject): void {
  const frame = codec.encode('add', { a: [1, 'two', null] }, 7, FRAME_LIMITS)
  for (let length = 0; length < frame.length; length++) {
    refuses(codec, frame.slice(0, length), `the first ${length} of ${frame.length}`)
  }
}

function refusesMore({ codec }: CodecSubject): void {
  const frame = codec.encode('add', { a: 1 }, 7, FRAME_LIMITS)
  const more = typeof frame === 'string' ? `${frame}0` : Uint8Array.from([...frame, 0])
  refuses(codec, more, 'a frame and one more')
}

function throwsOnlyMalformed({ codec, values }: CodecSubject): void {
  const random = seededRandom(1)
  const frames = values.map((value) => codec.encode('say', value, 1, FRAME_LIMITS))
  for (let i = 0; i < 2_000; i++) {
    const frame = i % 2 === 0 ? noise(random) : damage(frames[i % frames.length] ?? '', random)
    try {
      codec.decode(frame, FRAME_LIMITS)
    } catch (thrown) {
      ok(thrown instanceof Malformed, `decoding ${String(frame)} threw ${String(thrown)}`)
    }
  }
}

function noise(random: () => number): Uint8Array {
  return Uint8Array.from({ length: Math.floor(random() * 64) }, () => Math.floor(random() * 256))
}

function damage(frame: Data, random: () => number): Data {
  const at = Math.floor(random() * frame.length)
  if (typeof frame === 'string') {
    return frame.slice(0, at) + String.fromCharCode(32 + random() * 96) + frame.slice(at + 1)
  }
  const damaged = copyOf(frame) as Uint8Array
  damaged[at] = Math.floor(random() * 256)
  return damaged
}

function fails(encode: () => unknown, codes: readonly string[], what: string): void {
  try {
    encode()
  } catch (thrown) {
    ok(thrown instanceof WseError, `${what} threw ${String(thrown)}, which is not a WseError`)
    ok(codes.includes(thrown.code), `${what} threw ${thrown.code}, not ${codes.join(' or ')}`)
    return
  }
  throw new ConformanceError(`${what} did not throw`)
}

function isNone(stamp: unknown): boolean {
  return stamp === undefined || stamp === null || stamp === 0 || stamp === ''
}
