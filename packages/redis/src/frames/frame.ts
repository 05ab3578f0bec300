import type { Data } from '@wse/protocol'

/** What a frame is: its first byte. Of text and bytes in a run those of the items say which they are. */
export const KIND = {
  TEXT: 'T',
  BYTES: 'B',
  /** Text with its place in the history. */
  KEPT_TEXT: 'U',
  /** Bytes with their place in the history. */
  KEPT_BYTES: 'C',
  /** Several messages of one turn to one subject. */
  RUN: 'R',
} as const

/** Characters of the id of a node. */
export const NODE_LENGTH = 21

/** A frame as it is published: text unless there are bytes in it. */
export type Frame = string | Buffer

/** What stands in front of a body that is kept; the engine adds its place in the history. */
export function keptHead(from: string, seq: number, body: Data): string {
  return `${typeof body === 'string' ? KIND.KEPT_TEXT : KIND.KEPT_BYTES}${from}${seq} `
}

/** One message, or several that were published one after the other, `seq` being the number of the first. */
export function frameOf(from: string, seq: number, bodies: readonly Data[]): Frame {
  const [body] = bodies
  if (bodies.length > 1) return runOf(from, seq, bodies)
  if (typeof body === 'string') return `${KIND.TEXT}${from}${seq}\n${body}`
  const bytes = body as Uint8Array
  const head = `${KIND.BYTES}${from}${seq}\n`
  const frame = Buffer.allocUnsafe(head.length + bytes.length)
  frame.write(head, 'latin1')
  frame.set(bytes, head.length)
  return frame
}

function runOf(from: string, seq: number, bodies: readonly Data[]): Frame {
  let text = `${KIND.RUN}${from}${seq}\n`
  for (const body of bodies) {
    if (typeof body !== 'string') return mixedRunOf(from, seq, bodies)
    text += `${KIND.TEXT}${Buffer.byteLength(body)}\n${body}`
  }
  return text
}

function mixedRunOf(from: string, seq: number, bodies: readonly Data[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`${KIND.RUN}${from}${seq}\n`)]
  for (const body of bodies) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    parts.push(Buffer.from(`${typeof body === 'string' ? KIND.TEXT : KIND.BYTES}${bytes.length}\n`), bytes)
  }
  return Buffer.concat(parts)
}
