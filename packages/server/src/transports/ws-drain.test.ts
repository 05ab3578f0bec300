import { beforeEach, expect, it } from 'vitest'
import { turn } from '../../../testing/src/turn.test-helper.js'
import { Turns } from './turns.js'
import { type TcpSocket, type WsSocket, WsTransport } from './ws-transport.js'

/** What of a TCP socket a transport looks at, in the hands of a test. */
class FakeTcp {
  bytesRead = 0
  writableLength = 0
  writableNeedDrain = false
  _handle: TcpSocket['_handle'] = null
  readonly written: (() => void)[] = []
  drain = (): void => {}

  on(_event: string, listener: () => void): void {
    this.drain = listener.bind(this)
  }

  write(data: Uint8Array, written?: () => void): void {
    expect(data.length).toBe(0)
    if (written) this.written.push(written)
  }

  cork(): void {}
  uncork(): void {}
}

let tcp: FakeTcp
let socket: { readyState: number; bufferedAmount: number; extensions: string; on(): void }
let transport: WsTransport
let drains: number

beforeEach(() => {
  tcp = new FakeTcp()
  socket = { readyState: 1, bufferedAmount: 0, extensions: '', on() {} }
  const clock = { now: () => 0 } as never
  transport = new WsTransport(socket as unknown as WsSocket, tcp as unknown as TcpSocket, new Turns(clock))
  drains = 0
  transport.onDrain = () => drains++
})

it('a socket that tells of its drain by itself is not asked', () => {
  tcp.writableNeedDrain = true
  transport.tellDrain()
  expect(tcp.written).toEqual([])
  tcp.drain()
  expect(drains).toBe(1)
})

it('one with too little buffered to tell is asked by writing nothing after it', () => {
  socket.bufferedAmount = tcp.writableLength = 100
  transport.tellDrain()
  expect([tcp.written.length, drains]).toEqual([1, 0])
  for (const written of tcp.written) written()
  expect(drains).toBe(1)
})

it('what is still being compressed is waited for', async () => {
  socket.bufferedAmount = 100
  transport.tellDrain()
  await turn()
  expect(tcp.written.length).toBe(0)
  tcp.writableLength = 100
  await turn()
  await turn()
  expect(tcp.written.length).toBe(1)
})

it('one that is closing is not asked', () => {
  socket.readyState = 2
  transport.tellDrain()
  expect(tcp.written).toEqual([])
})

it('what the network has taken is what was written less what is under way, where the handle tells', () => {
  expect(transport.bytesWritten).toBeUndefined()
  tcp._handle = { bytesWritten: 1_000, writeQueueSize: 300 }
  expect(transport.bytesWritten).toBe(700)
  tcp._handle = { bytesWritten: 1, writeQueueSize: 1, _parent: { bytesWritten: 5_000, writeQueueSize: 300 } }
  expect(transport.bytesWritten).toBe(4_700)
  tcp._handle = { bytesWritten: 1_000 }
  expect(transport.bytesWritten).toBeUndefined()
})
