import { type Codec, FRAME, FRAME_LIMITS, jsonCodec, type Link } from '@wse/protocol/internal'
import { expect, it } from 'vitest'
import { encodeForAll, RelayedMessage } from './relayed.js'
import { richCodec } from './rich-codec.test-helper.js'

const BOTH: readonly Codec[] = [jsonCodec, richCodec]

const linkOf = (codec: Codec, version: 4 | 5 = 5) => ({ codec, version }) as unknown as Link

/** What a link is given, read again. */
function told(message: RelayedMessage, link: Link): unknown {
  const [type, { data }] = message.of(link)
  return [type, link.codec.decode(data, FRAME_LIMITS)]
}

it('is said in every protocol that can say it', () => {
  const { codecs, frames } = encodeForAll(BOTH, FRAME_LIMITS, 'n', { a: 1 })
  expect(codecs).toEqual([jsonCodec.name, richCodec.name])
  expect(frames.map((frame) => typeof frame)).toEqual(['string', 'object'])
  const big = encodeForAll(BOTH, FRAME_LIMITS, 'n', 2n ** 60n)
  expect(big.codecs).toEqual([richCodec.name])
})

it('is refused if none of them can', () => {
  expect(() => encodeForAll([jsonCodec], FRAME_LIMITS, 'n', 2n ** 60n)).toThrow(
    expect.objectContaining({ code: 'wse.unserializable' }),
  )
})

it('is passed on as it came, where a link speaks a protocol it came in', () => {
  const encoded = encodeForAll(BOTH, FRAME_LIMITS, 'n', { a: 1 })
  const message = new RelayedMessage(encoded, BOTH, FRAME_LIMITS, 'n', false)
  for (const [at, codec] of BOTH.entries()) {
    const [type, { data }] = message.of(linkOf(codec))
    expect([type, data]).toEqual(['n', encoded.frames[at]])
    expect(message.of(linkOf(codec))[1]).toBe(message.of(linkOf(codec))[1])
  }
})

it('is said anew for a link that speaks another, once for all of those', () => {
  const encoded = encodeForAll([richCodec], FRAME_LIMITS, 'n', { a: 1 })
  const message = new RelayedMessage(encoded, BOTH, FRAME_LIMITS, 'n', false)
  expect(told(message, linkOf(jsonCodec))).toEqual(['n', ['n', { a: 1 }]])
  expect(message.of(linkOf(jsonCodec))[1]).toBe(message.of(linkOf(jsonCodec))[1])
})

it('a volatile one is volatile for who knows what that is', () => {
  const encoded = encodeForAll(BOTH, FRAME_LIMITS, FRAME.VOLATILE, ['n', { a: 1 }])
  const message = new RelayedMessage(encoded, BOTH, FRAME_LIMITS, 'n', true)
  expect(told(message, linkOf(jsonCodec))).toEqual([FRAME.VOLATILE, [FRAME.VOLATILE, ['n', { a: 1 }]]])
  expect(told(message, linkOf(jsonCodec, 4))).toEqual(['n', ['n', { a: 1 }]])
})

it('of protocols that are not spoken here only what can be read is of use', () => {
  const foreign = { codecs: ['another', jsonCodec.name], frames: ['?', '["n",1]'] }
  const message = new RelayedMessage(foreign, BOTH, FRAME_LIMITS, 'n', false)
  expect([told(message, linkOf(jsonCodec)), told(message, linkOf(richCodec))]).toEqual([
    ['n', ['n', 1]],
    ['n', ['n', 1]],
  ])
  const none = new RelayedMessage({ codecs: ['another'], frames: ['?'] }, BOTH, FRAME_LIMITS, 'n', false)
  expect(() => none.of(linkOf(jsonCodec))).toThrow()
})
