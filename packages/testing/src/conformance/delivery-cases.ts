import type { Data } from '@wse/protocol'
import { equal, ok } from './assert.js'
import type { Link, TransportCase } from './transport-case.js'

const MIB = 1_048_576

/** How frames travel. */
export const DELIVERY_CASES: readonly TransportCase[] = [
  { name: 'keeps frames in order', run: (link) => carries(link, numbered(300)) },
  { name: 'tells text from bytes', run: (link) => carries(link, ['1', bytes(1), '2', bytes(2), bytes(3), '3']) },
  { name: 'carries empty text', run: (link) => carries(link, ['', 'next', '']) },
  { name: 'carries empty bytes', run: (link) => carries(link, [bytes(), bytes(7), bytes()]) },
  { name: 'carries 1 MiB of text', run: (link) => carries(link, ['x'.repeat(MIB)]) },
  { name: 'carries 1 MiB of bytes', run: (link) => carries(link, [Uint8Array.from({ length: MIB }, (_, at) => at)]) },
  { name: 'carries any text', run: (link) => carries(link, ['ä€漢😀', '\u0000\u001f"\\', '\u2028\ufeff\uffff']) },
  { name: 'carries any byte', run: (link) => carries(link, [Uint8Array.from({ length: 256 }, (_, at) => at)]) },
  { name: 'carries a view of larger memory', run: (link) => carries(link, [bytes(1, 2, 3, 4, 5).subarray(1, 4)]) },
  { name: 'delivers nothing inside send', run: notInsideSend },
  { name: 'gives bytes memory of their own', run: ownMemory },
  { name: 'answers from inside onMessage', run: answers },
  { name: 'shows the same protocol at both ends', run: protocol },
]

async function carries({ near, far }: Link, frames: readonly Data[]): Promise<void> {
  for (const frame of frames) near.transport.send(frame)
  await far.got(frames.length)
  equal(far.messages.length, frames.length, 'number of frames')
  for (const [at, frame] of frames.entries()) {
    ok(typeof frame === 'string' || far.messages[at] instanceof Uint8Array, `frame ${at} is not a Uint8Array`)
    equal(far.messages[at], frame, `frame ${at}`)
  }
}

async function notInsideSend({ near, far }: Link): Promise<void> {
  near.transport.send('x')
  equal(far.messages.length, 0, 'frames delivered inside send')
  await far.got(1)
}

async function ownMemory({ near, far }: Link): Promise<void> {
  const source = bytes(1, 2, 3)
  near.transport.send(source)
  near.transport.send(source)
  await far.got(2)
  const [first, second] = far.messages as Uint8Array[]
  first?.fill(9)
  equal(source, bytes(1, 2, 3), 'the bytes that were sent, after the receiver wrote into its own')
  equal(second, bytes(1, 2, 3), 'the next frame, after the receiver wrote into the first')
  source.fill(8)
  equal(second, bytes(1, 2, 3), 'a frame that arrived, after the sender wrote into what it had sent')
}

async function answers({ near, far }: Link): Promise<void> {
  far.react = (data) => far.transport.send(data)
  for (const frame of numbered(20)) near.transport.send(frame)
  await near.got(20)
  equal(near.messages, numbered(20), 'answers')
}

async function protocol({ near, far }: Link): Promise<void> {
  equal(typeof near.transport.protocol, 'string', 'type of protocol')
  equal(near.transport.protocol, far.transport.protocol, 'protocol')
}

function numbered(count: number): Data[] {
  return Array.from({ length: count }, (_, at) => `frame ${at}`)
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}
