import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An HTTP answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number
  readonly statusText: string
  /** Name, in lower case, and value, in their order. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

/** The text of a request for an upgrade. */
export function upgradeText(path = '/', headers: Record<string, string> = {}): string {
  const all = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'wse-default-json',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** A socket to the server of a url; whatever becomes of it is no error. */
export async function dial(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Asks for an upgrade, and reads whatever is answered until the server closes. */
export async function refusalOf(url: string, path = '/', headers: Record<string, string> = {}): Promise<HttpAnswer> {
  const socket = await dial(url)
  socket.write(upgradeText(path, headers))
  return await answerOn(socket)
}

/** Reads whatever comes until the server closes, as one answer. */
export async function answerOn(socket: Socket): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'close')
  const bytes = Buffer.concat(chunks)
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const [, status, ...statusText] = first.split(' ')
  const headers = lines.map((line) => {
    const at = line.indexOf(': ')
    return [line.slice(0, at).toLowerCase(), line.slice(at + 2)] as const
  })
  return { status: Number(status), statusText: statusText.join(' '), headers, body: bytes.subarray(end + 4) }
}

/** One frame of text as a client sends it. */
export function textFrame(payload: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(payload))
  const head = body.length < 126 ? [body.length | 0x80] : [126 | 0x80, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([0x81, ...head, 0, 0, 0, 0]), body])
}
