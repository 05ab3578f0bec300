import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Ends } from '../fixtures/ends.js'
import { expectAlive, startServer } from './alive.js'
import { RawSocket } from './raw-socket.js'

let ends: Ends
let url: string
let raw: RawSocket

beforeEach(async () => {
  ends = new Ends('ws')
  url = (await startServer(ends, { limits: { messageBytes: 2_000 } })).url
  raw = new RawSocket(url)
  await raw.upgrade()
})

afterEach(async () => {
  raw.socket.destroy()
  await expectAlive(ends, url)
  expect(await ends.end()).toEqual([])
})

const hi = ['~wse:hi', { identity: 'mallory', meta: {}, v: 5 }]

describe('T1 a frame that breaks RFC 6455 is closed with 1002', () => {
  it.each([
    ['an unmasked frame', () => raw.frame(0x81, '[]', { masked: false })],
    ['RSV1 without an extension', () => raw.frame(0xc1, '[]')],
    ['opcode 3', () => raw.frame(0x83)],
    ['opcode 11', () => raw.frame(0x8b)],
    ['a fragmented ping', () => raw.frame(0x09, 'x')],
    ['a ping of 126 bytes', () => raw.frame(0x89, 'x'.repeat(126))],
    ['a continuation first', () => raw.frame(0x80, 'x')],
    ['text inside a fragmented message', () => raw.frame(0x01, '[').frame(0x81, ']')],
    ['a close payload of one byte', () => raw.frame(0x88, 'x')],
    ['close code 1005', () => raw.frame(0x88, Buffer.from([0x03, 0xed]))],
    ['close code 5000', () => raw.frame(0x88, Buffer.from([0x13, 0x88]))],
  ])('%s', async (_, attack) => {
    attack()
    expect(await raw.closeCode()).toBe(1002)
  })
})

it('T2 text that is not UTF-8 is closed with 1007', async () => {
  raw.frame(0x81, Buffer.from([0xc3, 0x28]))
  expect(await raw.closeCode()).toBe(1007)
})

describe('T3 the size of a frame', () => {
  it('is refused by its header alone', async () => {
    raw.frame(0x81, '', { length: 2_001 })
    expect(await raw.closeCode()).toBe(1009)
  })

  it('may be exactly the limit', async () => {
    const frame = JSON.stringify([...hi.slice(0, 1), { identity: 'mallory', v: 5, pad: '' }])
    raw.text(frame.replace('"pad":""', `"pad":"${'x'.repeat(2_000 - frame.length)}"`))
    raw.text('nonsense')
    expect(await raw.closeCode()).toBe(4500)
  })
})

it('T4 fragments that sum up to more than the limit are closed with 1009', async () => {
  raw.frame(0x01, 'x'.repeat(1_500)).frame(0x80, 'x'.repeat(501))
  expect(await raw.closeCode()).toBe(1009)
})

it('T5 more than 128 fragments are closed with 1008', async () => {
  raw.frame(0x01, 'x')
  for (let i = 0; i < 128; i++) raw.frame(0x00, '')
  expect(await raw.closeCode()).toBe(1008)
})

it('T8 pings without end from a client that never reads do not pile up', async () => {
  raw.socket.pause()
  const before = process.memoryUsage().rss
  for (let i = 0; i < 20_000; i++) raw.frame(0x89, 'x'.repeat(125))
  await expectAlive(ends, url)
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1_048_576)
})

it('T44 an unparsable frame and then a bad WebSocket frame on the same socket', async () => {
  raw.text('{nope').frame(0xc1, 'x').frame(0x83)
  expect(await raw.closeCode()).toBe(4500)
})

it('T15 a frame above 16 KiB before authentication is malformed', async () => {
  const other = await startServer(ends)
  const big = new RawSocket(other.url)
  await big.upgrade()
  big.text(['~wse:hi', { identity: 'x'.repeat(20_000) }])
  expect(await big.closeCode()).toBe(4500)
  big.socket.destroy()
})
