import type { SharedFrame } from '@wse/protocol'
import { createTestClock } from '@wse/testing'
import { describe, expect, it } from 'vitest'
import { turn } from '../../../testing/src/turn.test-helper.js'
import { clientFrame, type RecordedSocket, recordedWebSocket } from './recorded-socket.test-helper.js'
import { textFrame } from './text-frame.js'
import { Turns } from './turns.js'
import type { WebSocket } from './ws.js'
import { type TcpSocket, type WsSocket, WsTransport } from './ws-transport.js'

/** A transport, and beside it a WebSocket of `ws` that is to be told the same. */
interface Twins {
  readonly transport: WsTransport
  readonly own: RecordedSocket
  readonly ws: WebSocket
  readonly plain: RecordedSocket
}

function twins(extensions?: string): Twins {
  const one = recordedWebSocket(extensions)
  const other = recordedWebSocket(extensions)
  const transport = new WsTransport(one.ws as unknown as WsSocket, one.tcp as unknown as TcpSocket, TURNS)
  other.ws.on('error', () => {})
  return { transport, own: one.tcp, ws: other.ws, plain: other.tcp }
}

const TURNS = new Turns(createTestClock())

const LENGTHS = [0, 1, 20, 80, 125, 126, 127, 300, 1_023, 1_024, 1_500, 65_535, 65_536, 70_000]
const ALPHABET = ['a', 'é', '你', '🎈', '"', '\ud800']

/** A close frame of a server. */
const CLOSE_1000 = Buffer.from([0x88, 2, 0x03, 0xe8])

describe('a text frame of our own', () => {
  it.each(LENGTHS)('is what ws makes of %i characters', (length) => {
    for (const char of ALPHABET) {
      const { ws, plain } = twins()
      ws.send(char.repeat(length))
      expect(textFrame(char.repeat(length)).equals(plain.written())).toBe(true)
    }
  })

  it('says a length of more than 32 bits as RFC 6455 §5.2 has it', () => {
    const frame = textFrame('x'.repeat(70_000))
    expect([...frame.subarray(0, 10)]).toEqual([0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70])
  })
})

describe('what the transport writes', () => {
  it('is byte for byte what ws writes, over 100,000 sequences of frames', () => {
    const { random, pick, text } = chance(1)
    const both = twins()
    const shared: SharedFrame[] = Array.from({ length: 20 }, () => ({ data: text() }))
    for (let i = 0; i < 100_000; i++) {
      const corked = random() < 0.3
      if (corked) both.transport.cork()
      for (let n = 1 + Math.floor(random() * 4); n > 0; n--)
        write(both, pick([0, 0, 0, 1, 1, 2, 3]), { pick, text, shared })
      if (corked) both.transport.uncork()
      if (!both.own.written().equals(both.plain.written())) expect.unreachable(`sequence ${i} differs`)
    }
  })

  it('is the same with permessage-deflate, which ws then does', async () => {
    const { pick, text } = chance(2)
    const both = twins('permessage-deflate')
    const shared: SharedFrame[] = Array.from({ length: 5 }, () => ({ data: text() }))
    for (let i = 0; i < 300; i++) write(both, pick([0, 1, 2, 3]), { pick, text, shared })
    // The last word: once it is written, all is.
    const said = Promise.all([both.own, both.plain].map((tcp) => tcp.saw(CLOSE_1000)))
    both.transport.close(1000, '')
    both.ws.close(1000)
    await said
    const [own, plain] = [both.own.written(), both.plain.written()]
    expect([own.length > 2_000, own.equals(plain)]).toEqual([true, true])
    for (const end of [both.transport, both.ws]) end.terminate()
    expect(both.ws.extensions).toBe('permessage-deflate')
  })

  it('is the same while fragments and control frames come in between, and so is what it delivers', async () => {
    const { random, pick, text } = chance(3)
    const both = twins()
    const heard: string[][] = [[], []]
    both.transport.onMessage = (data) => {
      heard[0]?.push(String(data))
      both.transport.send(`echo ${data}`)
    }
    both.ws.on('message', (data) => {
      heard[1]?.push(String(data))
      both.ws.send(`echo ${data}`)
    })
    for (let i = 0; i < 2_000; i++) {
      const bytes = Buffer.concat(incoming(text, pick))
      for (const chunk of sliced(bytes, random)) {
        both.own.receive(chunk)
        both.plain.receive(chunk)
      }
      write(both, pick([0, 1, 2, 3]), { pick, text, shared: [{ data: text() }] })
      await turn()
      expect(both.own.written().equals(both.plain.written())).toBe(true)
    }
    expect(heard[0]).toEqual(heard[1])
    expect(heard[0]).toHaveLength(2_000)
  })
})

describe('closing', () => {
  const CLOSE = clientFrame(8, Buffer.from([0x03, 0xe8]))
  const states: Record<string, (both: Twins) => Promise<void> | void> = {
    'while nothing else happens': () => {},
    'after frames of the same turn': ({ transport, ws }) => {
      for (const text of ['one', 'two']) {
        transport.send(text)
        ws.send(text)
      }
    },
    'while writes are corked': ({ transport, ws }) => {
      transport.cork()
      transport.send('one')
      transport.sendShared([{ data: 'two' }, { data: 'three' }])
      for (const text of ['one', 'two', 'three']) ws.send(text)
    },
    'when the other end has closed': async ({ own, plain }) => {
      for (const tcp of [own, plain]) tcp.receive(CLOSE)
      await turn()
    },
    'when it has closed already': ({ transport, ws }) => {
      transport.close(4001, 'bye')
      ws.close(4001, 'bye')
    },
    'when the other end broke the rules': async ({ own, plain }) => {
      for (const tcp of [own, plain]) tcp.receive(clientFrame(3, Buffer.from('?')))
      await turn()
    },
  }

  it.each(Object.keys(states))('%s is as with ws: the bytes, their order, and nothing after them', async (name) => {
    const both = twins()
    const ends: unknown[][] = [[], []]
    both.transport.onClose = (code, reason) => ends[0]?.push(code, reason)
    both.ws.on('close', (code, reason) => ends[1]?.push(code, reason.toString()))
    await states[name]?.(both)
    both.transport.close(4000, 'reason')
    both.ws.close(4000, 'reason')
    both.transport.send('too late')
    both.transport.sendShared([{ data: 'too late' }])
    both.transport.uncork()
    for (const tcp of [both.own, both.plain]) tcp.receive(CLOSE)
    for (const tcp of [both.own, both.plain]) tcp.push(null)
    for (let i = 0; i < 5; i++) await turn()
    expect(both.own.written()).toEqual(both.plain.written())
    expect([both.own.writableEnded, both.transport.state]).toEqual([both.plain.writableEnded, 'closed'])
    if (name !== 'when the other end broke the rules') expect(ends[0]).toEqual(ends[1])
  })
})

it('a run of shared frames is one write of one buffer, made once for all who get the same run', () => {
  const [one, other] = [twins(), twins()]
  const frames = [{ data: '["a"]' }, { data: '["b"]' }, { data: '["c"]' }]
  const before = one.own.writes
  for (const { transport } of [one, other]) transport.sendShared([...frames])
  expect(one.own.writes - before).toBe(1)
  const wire = Buffer.concat(frames.map(({ data }) => textFrame(data)))
  expect([one.own.written().equals(wire), other.own.written().equals(wire)]).toEqual([true, true])
  // Others, whose last frame is the same, were sent less.
  one.transport.sendShared(frames.slice(1))
  expect(one.own.written().equals(wire.subarray(textFrame('["a"]').length))).toBe(true)
})

interface Words {
  readonly pick: <Item>(items: readonly Item[]) => Item
  readonly text: () => string
  readonly shared: readonly SharedFrame[]
}

/** Says the same to both. */
function write({ transport, ws }: Twins, kind: number, { pick, text, shared }: Words): void {
  if (kind === 0) {
    const said = text()
    transport.send(said)
    ws.send(said)
  } else if (kind === 1) {
    const run = [pick(shared), pick(shared), pick(shared)].slice(0, pick([1, 2, 3]))
    transport.sendShared(run)
    for (const { data } of run) ws.send(data as string)
  } else if (kind === 2) {
    const bytes = Buffer.from(text())
    transport.send(bytes)
    ws.send(bytes)
  } else {
    transport.ping()
    ws.ping()
  }
}

/** A message in up to three fragments, with pings and pongs between them (RFC 6455 §5.4). */
function incoming(text: () => string, pick: Words['pick']): Buffer[] {
  const message = Buffer.from(text().slice(0, 300))
  const at = Math.floor(message.length / 2)
  const ping = clientFrame(9, Buffer.from('are you there'))
  const pong = clientFrame(10, Buffer.alloc(0))
  const parts = [clientFrame(1, message.subarray(0, at), false), clientFrame(0, message.subarray(at))]
  const fragmented = [parts[0] as Buffer, pick([ping, pong, Buffer.alloc(0)]), parts[1] as Buffer]
  return pick([
    fragmented,
    [clientFrame(1, message)],
    [ping, clientFrame(1, message), pong],
    [clientFrame(1, message), ping],
  ])
}

function sliced(bytes: Buffer, random: () => number): Buffer[] {
  const at = Math.floor(random() * bytes.length)
  return [bytes.subarray(0, at), bytes.subarray(at)].filter(({ length }) => length > 0)
}

function chance(seed: number) {
  const { random } = createTestClock({ seed })
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item
  // Long ones seldom: a hundred thousand of 64 KiB prove no more than some.
  const text = () => pick(ALPHABET).repeat(random() < 0.001 ? pick(LENGTHS) : pick(LENGTHS.slice(0, 8)))
  return { random, pick, text }
}
