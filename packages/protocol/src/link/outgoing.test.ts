import { beforeEach, describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FakeTransport } from '../fake-transport.test-helper.js'
import type { Data, Flushable, SharedFrame } from '../transport/transport.js'
import { Outgoing } from './outgoing.js'

/** A transport that says when a turn is over, and writes down what is done to it. */
class TurningTransport extends FakeTransport {
  readonly acts: string[] = []
  readonly jobs: Flushable[] = []

  override send(data: Data): void {
    super.send(data)
    this.acts.push(String(data))
  }

  cork(): void {
    this.acts.push('cork')
  }

  uncork(): void {
    this.acts.push('uncork')
  }

  readonly afterTurn = (job: Flushable) => {
    this.jobs.push(job)
  }

  /** Ends the turn; gives what was done since. */
  turn(): string[] {
    for (const job of this.jobs.splice(0)) job.flush()
    return this.acts.splice(0)
  }
}

let transport: TurningTransport
let outgoing: Outgoing

beforeEach(() => {
  transport = new TurningTransport()
  outgoing = new Outgoing(transport, { codec: jsonCodec })
})

describe('envelopes', () => {
  beforeEach(() => outgoing.join(1_048_576))

  it('of one turn leave in one frame, in order', () => {
    for (const text of ['["a",1]', '["b",2]', '["c",3]']) outgoing.add(text)
    expect([transport.acts, transport.jobs.length]).toEqual([[], 1])
    expect(transport.turn()).toEqual(['[["a",1],["b",2],["c",3]]'])
  })

  it('alone in their turn are no batch', () => {
    outgoing.add('["a",1]')
    expect(transport.turn()).toEqual(['["a",1]'])
    outgoing.add('["b",2]')
    expect(transport.turn()).toEqual(['["b",2]'])
  })

  it('are begun anew after 16 KiB', () => {
    const text = JSON.stringify(['a', 'x'.repeat(1_994)])
    for (let i = 0; i < 9; i++) outgoing.add(text)
    expect(transport.turn()).toEqual(['cork', `[${Array(8).fill(text).join()}]`, text, 'uncork'])
  })

  it('above 2 KiB go alone, after what came before, in the same write', () => {
    const large = JSON.stringify(['b', 'x'.repeat(2_048)])
    for (const text of ['["a",1]', large, '["c",3]', '["d",4]']) outgoing.add(text)
    expect(transport.turn()).toEqual(['cork', '["a",1]', large, '[["c",3],["d",4]]', 'uncork'])
  })

  it('are no batch the other end would find too large', () => {
    outgoing = new Outgoing(transport, { codec: jsonCodec })
    outgoing.join(60)
    for (let i = 0; i < 4; i++) outgoing.add('["a","é"]')
    for (const frame of transport.turn().filter((act) => !act.endsWith('cork')))
      expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(60)
  })

  it('count as unsent until they leave, in bytes', () => {
    outgoing.add('["é"]')
    outgoing.add('["a"]')
    expect([outgoing.size, outgoing.bytes]).toEqual([10, 11])
    transport.turn()
    expect([outgoing.size, outgoing.bytes]).toEqual([0, 0])
  })

  it('leave at once where it is asked for, and the turn then has nothing to do', () => {
    outgoing.add('["a",1]')
    outgoing.release()
    expect(transport.acts.splice(0)).toEqual(['["a",1]'])
    expect(transport.turn()).toEqual([])
  })

  it('are bytes: a frame of their own', () => {
    outgoing.add('["a",1]')
    outgoing.add(new Uint8Array([1]))
    expect(transport.turn()).toEqual(['cork', '["a",1]', '1', 'uncork'])
  })
})

describe('frames', () => {
  it('of one turn leave in one write', () => {
    outgoing.addFrame({ data: 'one' })
    outgoing.addFrame({ data: 'two' })
    expect(transport.acts).toEqual([])
    expect(transport.turn()).toEqual(['cork', 'one', 'two', 'uncork'])
    outgoing.addFrame({ data: 'three' })
    expect(transport.turn()).toEqual(['three'])
  })

  it('that are to leave now do so after what waits', () => {
    outgoing.addFrame({ data: 'one' })
    outgoing.write('two')
    expect(transport.acts).toEqual(['one', 'two'])
  })

  it('end the open batch, so that order is kept', () => {
    outgoing.join(1_000)
    outgoing.add('["a"]')
    outgoing.add('["b"]')
    outgoing.addFrame({ data: '["~wse:ack",1]' })
    outgoing.add('["c"]')
    outgoing.addFrame({ data: '["news"]' })
    expect(transport.turn()).toEqual(['cork', '[["a"],["b"]]', '["~wse:ack",1]', '["c"]', '["news"]', 'uncork'])
  })

  it('that others may be sent, too, are given together to a transport that can use it', () => {
    const given: string[][] = []
    const shares = Object.assign(transport, {
      sendShared: (frames: readonly SharedFrame[]) => given.push(frames.map(({ data }) => String(data))),
    })
    outgoing = new Outgoing(shares, { codec: jsonCodec })
    outgoing.join(1_000)
    for (const data of ['one', 'two']) outgoing.addFrame({ data })
    outgoing.add('["a"]')
    outgoing.addFrame({ data: 'three' })
    expect([transport.turn(), given]).toEqual([
      ['cork', '["a"]', 'uncork'],
      [['one', 'two'], ['three']],
    ])
  })

  it('of envelopes are not joined before the other end is known to take batches', () => {
    outgoing.add('["a"]')
    outgoing.add('["b"]')
    outgoing.join(1_000)
    outgoing.add('["c"]')
    expect(transport.turn()).toEqual(['cork', '["a"]', '["b"]', '["c"]', 'uncork'])
  })

  it('leave at once on a transport that knows no turns', () => {
    const plain = new FakeTransport()
    outgoing = new Outgoing(plain, { codec: jsonCodec })
    outgoing.join(1_000)
    outgoing.add('["a"]')
    outgoing.add('["b"]')
    outgoing.addFrame({ data: '["c"]' })
    expect(plain.sent).toEqual(['["a"]', '["b"]', '["c"]'])
  })

  it('of a codec without batches are never joined', () => {
    const { join: _, ...codec } = jsonCodec
    outgoing = new Outgoing(transport, { codec })
    outgoing.join(1_000)
    outgoing.add('["a"]')
    outgoing.add('["b"]')
    expect(transport.turn()).toEqual(['cork', '["a"]', '["b"]', 'uncork'])
  })
})
