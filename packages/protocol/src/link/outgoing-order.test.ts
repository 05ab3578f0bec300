import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FakeTransport } from '../fake-transport.test-helper.js'
import type { Flushable, SharedFrame } from '../transport/transport.js'
import { Outgoing } from './outgoing.js'

/** Sends, in any order and with turns in between; each thing says who it is. */
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('add', 'frame', 'bytes', 'write'), size: fc.constantFrom(0, 20, 1_000, 3_000) }),
    fc.constant({ do: 'turn', size: 0 }),
  ),
  { maxLength: 60 },
)

it('whatever is sent arrives once and in order, and no batch is larger than it may be', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), fc.constantFrom(0, 300, 1_000_000), (plan, shares, most) => {
      const transport = new FakeTransport()
      let waiting: Flushable[] = []
      const sendShared = (frames: readonly SharedFrame[]) => {
        for (const { data } of frames) transport.send(data)
      }
      const afterTurn = (one: Flushable) => waiting.push(one)
      const turning = Object.assign(transport, { afterTurn, ...(shares ? { sendShared } : {}) })
      const outgoing = new Outgoing(turning, { codec: jsonCodec })
      if (most > 0) outgoing.join(most)
      const said: string[] = []
      for (const [i, step] of plan.entries()) {
        if (step.do === 'turn') {
          for (const one of waiting) one.flush()
          waiting = []
          continue
        }
        const text = JSON.stringify([`m${i}`, 'x'.repeat(step.size)])
        said.push(`m${i}`)
        if (step.do === 'add') outgoing.add(text)
        else if (step.do === 'frame') outgoing.addFrame({ data: text })
        else if (step.do === 'write') outgoing.write(text)
        else outgoing.add(Buffer.from(text))
      }
      for (const one of waiting) one.flush()
      const heard = transport.sent.flatMap((data) => {
        const frame = JSON.parse(Buffer.from(data as string).toString()) as unknown[]
        if (!Array.isArray(frame[0])) return [frame[0]]
        expect(typeof data === 'string' && data.length <= Math.min(16_384, most / 3)).toBe(true)
        expect(frame.length).toBeGreaterThan(1)
        return frame.map((envelope) => (envelope as unknown[])[0])
      })
      expect([heard, outgoing.size, outgoing.bytes]).toEqual([said, 0, 0])
    }),
    { numRuns: 500 },
  )
})
