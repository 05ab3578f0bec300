import type { Data } from '@wse/protocol'
import type { Incoming } from '@wse/protocol/backplane'
import { describe, expect, it } from 'vitest'
import { type Frame, frameOf, keptHead } from './frame.js'
import { FrameReader } from './frame-reader.js'

const NODE = 'abcdefghijklmnopqrst-'
const BODIES: readonly Data[] = [
  '',
  'plain',
  'ä€漢😀\ufeff',
  '12\n34',
  Uint8Array.from([]),
  Uint8Array.from([0, 10, 13, 255]),
]

function read(frame: Frame): { ok: boolean; messages: Incoming[]; seqs: number[] } {
  const messages: Incoming[] = []
  const seqs: number[] = []
  const reader = new FrameReader({
    sender: (id, seq) => {
      seqs.push(seq)
      return id
    },
    take: (message) => messages.push(message),
  })
  return { ok: reader.read(Buffer.from(frame), 's'), messages, seqs }
}

/** What the script makes of a message that is kept. */
function keptFrame(seq: number, body: Data, epoch: string, offset: number): Buffer {
  return Buffer.concat([Buffer.from(`${keptHead(NODE, seq, body)}${epoch} ${offset}\n`), Buffer.from(body)])
}

describe('frames', () => {
  it('carry one message as it was, be it text or bytes', () => {
    for (const [at, body] of BODIES.entries()) {
      const { ok, messages, seqs } = read(frameOf(NODE, at + 7, [body]))
      expect(ok).toBe(true)
      expect(messages).toEqual([{ subject: 's', from: NODE, seq: at + 7, body, position: undefined }])
      expect(seqs).toEqual([at + 7])
    }
  })

  it('carry several messages, numbered one after the other', () => {
    for (const bodies of [BODIES, BODIES.slice(0, 4), BODIES.slice(4)]) {
      const { ok, messages } = read(frameOf(NODE, 90, bodies))
      expect(ok).toBe(true)
      expect(messages.map(({ body }) => body)).toEqual(bodies)
      expect(messages.map(({ seq }) => seq)).toEqual(bodies.map((_, at) => 90 + at))
    }
  })

  it('carry the place in a history', () => {
    for (const body of BODIES) {
      const { messages } = read(keptFrame(5, body, 'e.x', 1_234))
      expect(messages).toEqual([{ subject: 's', from: NODE, seq: 5, body, position: { epoch: 'e.x', offset: 1_234 } }])
    }
  })

  it('give bytes memory of their own', () => {
    const chunk = Buffer.concat([Buffer.alloc(64), frameOf(NODE, 1, [Uint8Array.from([1, 2, 3])]) as Buffer])
    const messages: Incoming[] = []
    const reader = new FrameReader({ sender: (id) => id, take: (message) => messages.push(message) })
    reader.read(chunk.subarray(64), 's')
    chunk.fill(9)
    const body = messages.map((message) => message.body as Uint8Array).at(0) as Uint8Array
    expect(body).toEqual(Uint8Array.from([1, 2, 3]))
    expect(body.buffer.byteLength).toBe(3)
  })

  it('are refused if they are something else, or break off', () => {
    const head = `T${NODE}`
    const wrong = [
      '',
      'T',
      head,
      `${head}\nx`,
      `${head}1`,
      `${head}1 x`,
      `X${NODE}1\nx`,
      `R${NODE}1 `,
      `R${NODE}1\nX1\nx`,
    ]
    const broken = [
      `R${NODE}1\nT5\nabc`,
      `R${NODE}1\nT\n`,
      `R${NODE}1\nT1`,
      `U${NODE}1\n`,
      `U${NODE}1 e`,
      `U${NODE}1 e \nx`,
    ]
    for (const frame of [...wrong, ...broken]) expect([frame, read(frame).ok]).toEqual([frame, false])
  })

  it('survive whatever bytes arrive', () => {
    let seed = 7
    for (let round = 0; round < 2_000; round++) {
      const noise = Buffer.from(frameOf(NODE, round, BODIES))
      for (let flip = 0; flip < 4; flip++) {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
        noise[seed % noise.length] = seed >>> 24
      }
      expect(() => read(noise)).not.toThrow()
    }
  })
})
