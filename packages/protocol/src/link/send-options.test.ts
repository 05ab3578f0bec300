import { expect, it } from 'vitest'
import { checkSendOptions, type SendOptions } from './send-options.js'

const queue = { frames: 10 }

it.each<[string, SendOptions | undefined]>([
  ['nothing', undefined],
  ['no policy', {}],
  ['compression alone', { compress: true }],
  ['volatile', { volatile: true }],
  ['the newest of a key', { latest: 'ann', compress: false }],
  ['the newest of the empty key', { latest: '' }],
  ['a key as long as may be', { latest: 'k'.repeat(128) }],
  ['one that is not volatile', { volatile: false, latest: 'ann' }],
  ['a queue of so many messages', { queue }],
  ['a queue of so many bytes', { queue: { bytes: 1, frames: undefined } }],
  ['a queue that says what overflows', { queue: { frames: 1, bytes: 1, overflow: 'drop-oldest' } }],
])('%s is taken', (_, options) => {
  expect(() => checkSendOptions(options)).not.toThrow()
})

it.each<[string, string, unknown]>([
  ['a key that is no text', 'latest', { latest: 7 }],
  ['a key that is null', 'latest', { latest: null }],
  ['a key that is too long', 'latest', { latest: 'k'.repeat(129) }],
  ['what is volatile and the newest', 'latest', { volatile: true, latest: 'ann' }],
  ['the newest in a queue', 'latest', { latest: 'ann', queue }],
  ['what is volatile in a queue', 'queue', { volatile: true, queue }],
  ['a queue that is null', 'queue', { queue: null }],
  ['a queue that is a number', 'queue', { queue: 10 }],
  ['a queue without a bound', 'queue', { queue: { overflow: 'close' } }],
  ['a queue for nothing', 'queue.frames', { queue: { frames: 0 } }],
  ['a bound that is no number', 'queue.bytes', { queue: { bytes: '1' } }],
  ['a rule nobody knows', 'queue.overflow', { queue: { frames: 1, overflow: 'drop' } }],
  ['a member nobody knows', 'queue.size', { queue: { frames: 1, size: 2 } }],
])('%s is refused by name', (_, option, options) => {
  const refusal = expect.objectContaining({ code: 'wse.invalid-option', details: { option } })
  expect(() => checkSendOptions(options as SendOptions)).toThrow(refusal)
})
