import type { ProtocolObject } from '@wse/client'

function named(name: string): ProtocolObject {
  const frames = { hi: '~wse:hi', challenge: '~wse:challenge', welcome: '~wse:welcome', call: '~wse:call' }
  return {
    name,
    internal_types: { ...frames, response: '~wse:response', response_error: '~wse:response-err' },
    pack: ({ type, payload, stamp }) => JSON.stringify([type, payload, stamp]),
    unpack: (encoded) => JSON.parse(String(encoded)),
  }
}

/** Two message protocols that differ by their names alone. */
export const TWO = { one: named('one'), two: named('two') }
