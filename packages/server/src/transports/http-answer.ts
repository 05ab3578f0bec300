import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** An HTTP answer in place of a WebSocket. */
export interface Answer {
  readonly status: number
  /** '' for the usual one. */
  readonly statusText: string
  /** A name may be there more than once. */
  readonly headers: Iterable<readonly [name: string, value: string]>
  /** Null for none, whose length is not told either. */
  readonly body: Uint8Array | null
}

/** Answers an upgrade with an HTTP status instead, and closes the socket. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  // The client may be gone already; without a listener its reset would end the process.
  socket.on('error', () => socket.destroy())
  answerUpgrade(socket, plainAnswer(status, message, headers))
}

/** An answer that says a text. */
export function plainAnswer(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const type = ['Content-Type', 'text/plain; charset=utf-8'] as const
  return { status, statusText: '', headers: [type, ...Object.entries(headers)], body: Buffer.from(message) }
}

/** Writes an answer and closes the socket, whose errors somebody listens to. */
export function answerUpgrade(socket: Duplex, { status, statusText, headers, body }: Answer): void {
  const lines = [`HTTP/1.1 ${status} ${statusText || (STATUS_CODES[status] ?? '')}`, 'Connection: close']
  if (body !== null) lines.push(`Content-Length: ${body.byteLength}`)
  for (const [name, value] of headers) lines.push(`${name}: ${value}`)
  socket.once('finish', () => socket.destroy())
  // A header's characters are bytes (RFC 9110 §5.5).
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  socket.end(body === null ? head : Buffer.concat([head, body]))
}
