import { type Codec, jsonCodec, Malformed, protocolObjectCodec } from '@wse/protocol/wire'
import { describe, expect, test } from 'vitest'
import { codecConformance } from './codec-conformance.js'

const internal = { hi: 1, challenge: 2, welcome: 3, call: 4, response: 5, response_error: 6 }

codecConformance({
  name: 'json',
  test,
  codec: jsonCodec,
  malformed: [
    '[1]',
    '[""]',
    '["a",1,{}]',
    '["a",1,-1]',
    '["a",1,1.5]',
    '["a",1,1,1]',
    '[["a",1]]',
    new Uint8Array(0),
    Uint8Array.from([0, 0, 0]),
    Uint8Array.from([0, 0, 0, 9, 91, 93]),
    Uint8Array.from([0, 0, 0, 2, 0xff, 0xfe]),
  ],
})

codecConformance({
  name: 'a protocol object',
  test,
  codec: protocolObjectCodec(
    {
      name: 'own',
      internal_types: internal,
      pack: ({ type, payload, stamp }) => JSON.stringify({ type, payload, stamp }),
      unpack: (encoded) => {
        const message = JSON.parse(encoded)
        return [message.type, message.payload, message.stamp]
      },
    },
    String,
  ),
})

/** The one case with that rule, over a codec that is JSON but for `change`. */
function ruleOf(rule: string, change: Partial<Codec>): () => Promise<void> {
  const cases = new Map<string, () => Promise<void>>()
  codecConformance({ name: 'broken', test: (name, run) => cases.set(name, run), codec: { ...jsonCodec, ...change } })
  const found = cases.get(`broken: ${rule}`)
  if (!found) throw new Error(`no case '${rule}' among ${[...cases.keys()].join(', ')}`)
  return found
}

describe('finds a codec that', () => {
  test('throws something else', async () => {
    const decode: Codec['decode'] = (data) => JSON.parse(String(data))
    await expect(ruleOf('refuses malformed frames', { decode })()).rejects.toThrow('which is not Malformed')
    await expect(ruleOf('throws nothing but Malformed, whatever comes', { decode })()).rejects.toThrow('SyntaxError')
  })

  test('has no limits', async () => {
    const decode: Codec['decode'] = (data) => jsonCodec.decode(data, { depth: 9_999, nameBytes: 9_999 })
    await expect(ruleOf('carries 64 levels and refuses more', { decode })()).rejects.toThrow('too deep: was decoded')
    const names = ruleOf('carries names of 128 bytes and refuses longer ones', { decode })
    await expect(names()).rejects.toThrow('a name that is too long: was decoded')
  })

  test('takes everything', async () => {
    const decode: Codec['decode'] = () => ['say', 1]
    await expect(ruleOf('refuses a frame that was cut short', { decode })()).rejects.toThrow('the first 0 of')
    await expect(ruleOf('carries stamps', { decode })()).rejects.toThrow('envelope: expected ["add",{"a":1},1]')
  })

  test('loses values', async () => {
    const decode: Codec['decode'] = (data, limits) => {
      const frame = jsonCodec.decode(data, limits)
      if (frame[1] === 1.5) throw new Malformed('no fractions')
      return frame
    }
    await expect(ruleOf('carries every kind of value', { decode })()).rejects.toThrow('no fractions')
  })

  test('shares the memory of the frame', async () => {
    const decode: Codec['decode'] = (data) => (typeof data === 'string' ? ['say'] : ['say', data.subarray(-5)])
    await expect(ruleOf('gives decoded bytes memory of their own', { decode })()).rejects.toThrow('overwritten')
  })
})

test('asks no bytes of a codec without them', () => {
  expect(() => ruleOf('carries no bytes, one and many', { bytes: false })).toThrow('no case')
})
