import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import { turn } from '../../../testing/src/turn.test-helper.js'
import { type WebSocket, WebSocketServer } from './ws.js'

/** A TCP socket that writes down every byte it is to send, and receives what a test says. */
export class RecordedSocket extends Duplex {
  bytesRead = 0
  /** System calls it would have taken. */
  writes = 0
  #written: Buffer[] = []

  constructor() {
    super({ decodeStrings: false, allowHalfOpen: true })
  }

  /** What was written since it was last asked. */
  written(): Buffer {
    const bytes = Buffer.concat(this.#written)
    this.#written = []
    return bytes
  }

  /** Resolves once the last bytes written are these. */
  async saw(bytes: Buffer): Promise<void> {
    while (!this.#written.at(-1)?.equals(bytes) && !Buffer.concat(this.#written.slice(-2)).equals(bytes)) {
      await turn()
    }
  }

  /** Bytes arrive. */
  receive(bytes: Uint8Array): void {
    this.bytesRead += bytes.length
    this.push(bytes)
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.writes++
    this.#written.push(toBuffer(chunk, encoding))
    done()
  }

  override _writev(chunks: { chunk: Buffer | string; encoding: BufferEncoding }[], done: () => void): void {
    this.writes++
    for (const { chunk, encoding } of chunks) this.#written.push(toBuffer(chunk, encoding))
    done()
  }
}

/** A WebSocket of `ws` as a server has it, on a socket that is recorded; `extensions`: as the client offers them. */
export function recordedWebSocket(extensions = ''): { ws: WebSocket; tcp: RecordedSocket } {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: extensions !== '' })
  const tcp = new RecordedSocket()
  const key = createHash('sha1').update('key').digest().subarray(0, 16).toString('base64')
  const headers = {
    upgrade: 'websocket',
    connection: 'upgrade',
    'sec-websocket-key': key,
    'sec-websocket-version': '13',
    'sec-websocket-extensions': extensions || undefined,
  }
  let ws: WebSocket | undefined
  server.handleUpgrade(
    { method: 'GET', headers, url: '/' } as unknown as IncomingMessage,
    tcp,
    Buffer.alloc(0),
    (it) => {
      ws = it
    },
  )
  tcp.written()
  return { ws: ws as WebSocket, tcp }
}

/** One frame as a client sends it: masked, by zeros. */
export function clientFrame(opcode: number, payload: Uint8Array, fin = true): Buffer {
  const length = payload.length
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : null
  if (size === null) throw new Error('a longer frame than any test needs')
  size[0] = (size[0] as number) | 0x80
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, ...size, 0, 0, 0, 0]), payload])
}

function toBuffer(chunk: Buffer | string, encoding: BufferEncoding): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk)
}
