import type { Codec, Data } from '@wse/protocol/wire'
import { FRAME_LIMITS } from '@wse/protocol/wire'
import { BYTES_CASES } from './conformance/bytes-cases.js'
import { CODEC_CASES } from './conformance/codec-cases.js'
import { NATIVE_CASES, NATIVE_VALUES } from './conformance/native-cases.js'

/** What {@link codecConformance} is given. */
export interface CodecConformanceOptions {
  /** Stands before the name of each case. Required. */
  readonly name: string
  /** Registers a case with the test runner: `test` of vitest, jest, node:test … Required. */
  readonly test: (name: string, run: () => Promise<void>) => void
  /** The codec to check. Required. */
  readonly codec: Codec
  /** Whether bytes, `Date`, `Map`, `Set` and `bigint` travel as they are, anywhere in a value. @default false */
  readonly native?: boolean | undefined
  /** Payloads it must carry as they are, beside JSON's. @default none */
  readonly values?: readonly unknown[] | undefined
  /** Frames it must refuse, beside those all JSON texts share for a codec that writes text. @default none */
  readonly malformed?: readonly Data[] | undefined
}

const JSON_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  Number.MAX_SAFE_INTEGER,
  '',
  'text',
  'ä€漢😀\u0000\u2028"\\',
  [],
  {},
  [[], [[]], {}],
  { a: { b: { c: [1, 'two', null, { d: true }] } } },
  { '': 1, ' ': 2, 'with.dot': 3, toString: 4 },
  'x'.repeat(100_000),
]

/** Texts no codec that writes text can take for a frame: no envelope in them. */
const MALFORMED_TEXTS: readonly string[] = ['', ' ', 'null', '0', '"text"', '{', '[', '[]', '{}', 'text']

/**
 * Checks a codec against the rules every codec follows: what goes in comes out, limits hold, and bad input is
 * `Malformed` and nothing else.
 *
 * @example
 * codecConformance({ name: 'json', test, codec: jsonCodec, malformed: ['[1]', '["a", 1, {}]'] })
 */
export function codecConformance(options: CodecConformanceOptions): void {
  const { codec, native = false, values = [], malformed = [] } = options
  const isText = typeof codec.encode('probe', 1, undefined, FRAME_LIMITS) === 'string'
  const subject = {
    codec,
    values: [...JSON_VALUES, ...(native ? NATIVE_VALUES : []), ...values],
    malformed: [...(isText ? MALFORMED_TEXTS : []), ...malformed],
  }
  for (const rule of [...CODEC_CASES, ...(codec.bytes ? BYTES_CASES : []), ...(native ? NATIVE_CASES : [])]) {
    options.test(`${options.name}: ${rule.name}`, async () => rule.run(subject))
  }
}
