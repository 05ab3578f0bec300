import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { type WebSocketLike, WebSocketTransport } from './web-socket.js'

/** A browser's WebSocket: it does not say when it is done. */
class FakeSocket implements WebSocketLike {
  readyState = 1
  readonly protocol = ''
  bufferedAmount = 0
  binaryType = ''
  onopen: ((event: never) => void) | null = null
  onmessage: ((event: never) => void) | null = null
  onclose: ((event: never) => void) | null = null
  onerror: ((event: never) => void) | null = null
  send(): void {}
  close(): void {}
}

let clock: FakeClock
let socket: FakeSocket
let transport: WebSocketTransport
let drains: number

beforeEach(() => {
  clock = new FakeClock()
  socket = new FakeSocket()
  transport = new WebSocketTransport(socket, clock)
  drains = 0
  transport.onDrain = () => drains++
})

describe('a WebSocket', () => {
  it('is looked at only while somebody wants to know whether it is done', () => {
    socket.bufferedAmount = 1_000_000
    transport.send('a')
    clock.advance(1_000)
    expect([clock.set, drains]).toEqual([0, 0])
  })

  it('tells once it is done, and is looked at no more', () => {
    socket.bufferedAmount = 1_000
    transport.tellDrain()
    clock.advance(1_000)
    expect([clock.armed, drains]).toEqual([1, 0])
    socket.bufferedAmount = 0
    clock.advance(50)
    expect([clock.armed, drains]).toEqual([0, 1])
  })

  it('that is closed tells nothing, and leaves no timer', () => {
    socket.bufferedAmount = 1_000
    transport.tellDrain()
    socket.onclose?.({ code: 1006, reason: '' } as never)
    expect(clock.armed).toBe(0)
    clock.advance(1_000)
    expect(drains).toBe(0)
  })

  it('that is terminated where it cannot be leaves no timer either', () => {
    socket.bufferedAmount = 1_000
    transport.tellDrain()
    transport.terminate()
    expect([clock.armed, transport.state]).toEqual([0, 'closed'])
  })
})
