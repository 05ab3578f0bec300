import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A TCP socket that speaks HTTP and WebSocket by hand, so that it can say what no library would. */
export class RawSocket {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #ended = false
  #wake: () => void = () => {}

  constructor(url: string) {
    this.socket = connect(Number(new URL(url).port), '127.0.0.1')
    this.socket.on('data', (data) => this.#add(data))
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.#ended = true
      this.#wake()
    })
  }

  /** Asks for an upgrade; resolves with the status line and headers of the answer. */
  async upgrade(headers: Record<string, string> = {}, path = '/'): Promise<string> {
    const all = {
      Host: 'localhost',
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol': 'wse-default-json',
      ...headers,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
    return this.request(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  }

  /** Sends an HTTP request as it stands; resolves with the head of the answer. */
  async request(text: string): Promise<string> {
    this.socket.write(text)
    await this.#until(() => this.#received.includes('\r\n\r\n') || this.#ended)
    const end = this.#received.indexOf('\r\n\r\n')
    const head = this.#received.subarray(0, Math.max(0, end)).toString()
    this.#received = this.#received.subarray(end + 4)
    return head
  }

  /** Writes one frame: FIN and opcode in `first`, masked as a client's must be. */
  frame(first: number, payload: string | Buffer = '', options: { masked?: boolean; length?: number } = {}): this {
    const body = Buffer.from(payload)
    const length = options.length ?? body.length
    const mask = options.masked === false ? 0 : 0x80
    const head = length < 126 ? Buffer.from([first, mask | length]) : longHead(first, mask, length)
    const key = Buffer.from(mask ? [1, 2, 3, 4] : [])
    const bytes = mask ? body.map((byte, i) => byte ^ ((i % 4) + 1)) : body
    this.socket.write(Buffer.concat([head, key, bytes]))
    return this
  }

  /** Writes a text frame. */
  text(payload: unknown): this {
    return this.frame(0x81, typeof payload === 'string' ? payload : JSON.stringify(payload))
  }

  /** The code of the next close frame; null if the socket ended without one. */
  async closeCode(): Promise<number | null> {
    for (;;) {
      await this.#until(() => this.#received.length >= 2 || this.#ended)
      if (this.#received.length < 2) return null
      const [opcode, payload] = this.#take()
      if (opcode === 8) return payload.length >= 2 ? payload.readUInt16BE(0) : 1005
    }
  }

  /** Resolves when the socket is gone. */
  async gone(): Promise<void> {
    if (!this.#ended) await once(this.socket, 'close')
  }

  #take(): [opcode: number, payload: Buffer] {
    const length = (this.#received[1] as number) & 0x7f
    const offset = length < 126 ? 2 : length === 126 ? 4 : 10
    const size =
      length < 126 ? length : length === 126 ? this.#received.readUInt16BE(2) : this.#received.readUInt32BE(6)
    const opcode = (this.#received[0] as number) & 0x0f
    const payload = this.#received.subarray(offset, offset + size)
    this.#received = this.#received.subarray(offset + size)
    return [opcode, payload]
  }

  #add(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data])
    this.#wake()
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

function longHead(first: number, mask: number, length: number): Buffer {
  const short = length < 65_536
  const head = Buffer.alloc(short ? 4 : 10)
  head[0] = first
  head[1] = mask | (short ? 126 : 127)
  if (short) head.writeUInt16BE(length, 2)
  else head.writeUInt32BE(length, 6)
  return head
}
