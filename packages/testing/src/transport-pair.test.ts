import type { Data, Transport } from '@wse/protocol'
import { describe, expect, test } from 'vitest'
import { createTestClock } from './test-clock.js'
import { transportConformance } from './transport-conformance.js'
import { createTransportPair, type TransportPairOptions } from './transport-pair.js'
import { turn } from './turn.js'

/** Writes everything a transport reports into a list. */
function listen(transport: Transport, list: string[] = [], name = ''): string[] {
  transport.onOpen = () => list.push(`${name}open`)
  transport.onMessage = (data) => list.push(`${name}${String(data)}`)
  transport.onClose = (code, reason) => list.push(`${name}close ${code} ${reason}`.trimEnd())
  transport.onDrain = () => list.push(`${name}drain`)
  transport.onPong = () => list.push(`${name}pong`)
  return list
}

for (const [name, options] of [
  ['a pair', {}],
  ['a pair with delay on the clock of the machine', { delay: 1 }],
] as [string, TransportPairOptions][]) {
  transportConformance({
    name,
    test,
    createPair: async () => {
      const [a, b] = createTransportPair(options)
      return { a, b, dispose: async () => a.cut() }
    },
  })
}

describe('delivery', () => {
  test('is by microtask, and lets reactions run between frames', async () => {
    const [a, b] = createTransportPair()
    const seen: string[] = []
    b.onMessage = (data) => {
      seen.push(`${data}`)
      queueMicrotask(() => seen.push(`reaction to ${data}`))
    }
    a.send('one')
    a.send('two')
    expect(seen).toEqual([])
    for (let i = 0; i < 10; i++) await null
    expect(seen).toEqual(['one', 'reaction to one', 'two', 'reaction to two'])
  })

  test('keeps frames until onMessage is assigned', async () => {
    const [a, b] = createTransportPair()
    a.send('one')
    a.send('two')
    await turn()
    const seen = listen(b)
    expect(seen).toEqual([])
    a.send('three')
    await turn()
    expect(seen).toEqual(['one', 'two', 'three'])
  })

  test('keeps frames and the end for an owner who comes late', async () => {
    const [a, b] = createTransportPair()
    const atA = listen(a)
    a.send('one')
    a.close(4001, 'bye')
    await turn()
    expect(atA).toEqual(['close 4001 bye'])
    expect(b.state).toBe('closed')
    const atB = listen(b)
    await turn()
    expect(atB).toEqual(['one', 'close 4001 bye'])
  })

  test('does not wait for onMessage when only the end is listened for', async () => {
    const [a, b] = createTransportPair()
    const seen: string[] = []
    b.onClose = (code) => seen.push(`close ${code}`)
    a.send('one')
    a.close(1000, '')
    await turn()
    expect(seen).toEqual(['close 1000'])
    expect(b.received).toEqual(['one'])
  })

  test('goes on after a listener threw', async () => {
    const [a, b] = createTransportPair()
    const thrown: unknown[] = []
    const seen: Data[] = []
    const own = process.rawListeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => thrown.push(error))
    b.onMessage = (data) => {
      seen.push(data)
      throw new Error(`on ${data}`)
    }
    a.send('one')
    a.send('two')
    await turn()
    await turn()
    process.removeAllListeners('uncaughtException')
    for (const listener of own) process.on('uncaughtException', listener as () => void)
    expect(seen).toEqual(['one', 'two'])
    expect(thrown).toHaveLength(2)
  })

  test('of endless chatter does not starve the event loop', async () => {
    const [a, b] = createTransportPair({ clock: createTestClock() })
    a.onMessage = (data) => a.send(data)
    b.onMessage = (data) => b.send(data)
    a.send('again')
    await turn()
    const once = a.sent.length
    expect(once).toBeLessThan(10_000)
    await turn()
    await turn()
    expect(a.sent.length).toBeGreaterThan(once)
    a.cut()
  })
})

describe('delay', () => {
  test('takes the time of the clock', async () => {
    const clock = createTestClock()
    const [a, b] = createTransportPair({ clock, delay: 50 })
    const seen: string[] = []
    b.onMessage = (data) => seen.push(`${data}@${clock.now()}`)
    a.send('one')
    await clock.advance(20)
    a.send('two')
    await clock.advance(29)
    expect(seen).toEqual([])
    await clock.advance(100)
    expect(seen).toEqual(['one@50', 'two@70'])
  })

  test('is of one end, and a shorter one does not change the order, close included', async () => {
    const clock = createTestClock()
    const [a, b] = createTransportPair({ clock, delay: 50 })
    const seen = listen(b)
    a.send('slow')
    a.delay = 0
    a.send('fast')
    a.close(4001, '')
    b.delay = 7
    expect([a.delay, b.delay]).toEqual([0, 7])
    await clock.advance(49)
    expect(seen).toEqual([])
    await clock.advance(1)
    expect(seen).toEqual(['slow', 'fast', 'close 4001'])
    expect(a.state).toBe('closing')
    await clock.advance(7)
    expect(a.state).toBe('closed')
    expect(clock.armed).toBe(0)
  })

  test('of fractions comes to an end', async () => {
    const clock = createTestClock()
    const [a, b] = createTransportPair({ clock, delay: 0.1 })
    for (let i = 0; i < 10; i++) {
      a.send('x')
      await clock.advance(0.1)
    }
    expect(b.received).toHaveLength(10)
    expect(clock.armed).toBe(0)
  })

  test('holds for what comes from inside onMessage', async () => {
    const clock = createTestClock()
    const [a, b] = createTransportPair({ clock, delay: 10 })
    let at = 0
    a.onMessage = () => {
      at = clock.now()
    }
    b.onMessage = (data) => b.send(data)
    a.send('there and back')
    await clock.advance(100)
    expect(at).toBe(20)
  })
})

describe('connecting', () => {
  test('opens both ends in a later turn by itself', async () => {
    const [a, b] = createTransportPair({ clock: createTestClock(), connecting: true, protocol: 'own' })
    const seen: string[] = []
    listen(a, seen, 'a ')
    listen(b, seen, 'b ')
    expect([a.state, b.state, a.protocol]).toEqual(['connecting', 'connecting', ''])
    a.send('too early')
    for (let i = 0; i < 10; i++) await null
    expect(seen).toEqual([])
    await turn()
    expect(seen).toEqual(['a open', 'b open'])
    expect([a.state, b.state, a.protocol]).toEqual(['open', 'open', 'own'])
    expect(a.sent).toEqual([])
  })

  test('both have opened before what is sent from onOpen arrives', async () => {
    const [a, b] = createTransportPair({ connecting: true, clock: createTestClock() })
    const seen = listen(b)
    a.onOpen = () => a.send('hi')
    await turn()
    expect(seen).toEqual(['open', 'hi'])
  })

  test.each(['close', 'terminate', 'cut'] as const)('a %s meanwhile ends both with 1006', async (act) => {
    const [a, b] = createTransportPair({ connecting: true, clock: createTestClock() })
    const seen: string[] = []
    listen(a, seen, 'a ')
    listen(b, seen, 'b ')
    if (act === 'close') a.close(1000, 'never mind')
    else a[act]()
    await turn()
    await turn()
    expect(seen.sort()).toEqual(['a close 1006', 'b close 1006'])
  })
})

describe('closing', () => {
  test('a code that cannot travel arrives as none', async () => {
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 2000, 5000, Number.NaN]) {
      const [a, b] = createTransportPair()
      const atA = listen(a)
      const atB = listen(b)
      a.close(code, 'why')
      await turn()
      expect([atA, atB]).toEqual([['close 1005'], ['close 1005']])
    }
  })

  test('a reason is cut to 123 bytes at a code point', async () => {
    const [a, b] = createTransportPair()
    const seen = listen(b)
    a.close(4001, 'é'.repeat(100))
    await turn()
    expect(seen).toEqual([`close 4001 ${'é'.repeat(61)}`])
  })

  test('both at once: each is told what the other said', async () => {
    const [a, b] = createTransportPair()
    const atA = listen(a)
    const atB = listen(b)
    a.close(4001, 'a')
    b.close(4002, 'b')
    await turn()
    expect([atA, atB]).toEqual([['close 4002 b'], ['close 4001 a']])
  })

  test('an end that is closing still gets what was sent before the answer', async () => {
    const [a, b] = createTransportPair()
    const seen = listen(a)
    a.close(4001, '')
    b.send('last words')
    await turn()
    expect(seen).toEqual(['last words', 'close 4001'])
  })

  test('terminate lets arrive what was on its way, not what was still here', async () => {
    const clock = createTestClock()
    const [a, b] = createTransportPair({ clock, delay: 10 })
    const seen = listen(b)
    a.send('on its way')
    a.cork()
    a.send('still here')
    a.terminate()
    expect([a.state, a.bufferedAmount]).toEqual(['closed', 0])
    await clock.advance(10)
    expect(seen).toEqual(['on its way', 'close 1006'])
    expect(clock.armed).toBe(0)
  })

  test('terminate reaches a reader that paused', async () => {
    const [a, b] = createTransportPair()
    const seen = listen(b)
    b.pause()
    a.send('')
    a.send('lost')
    a.terminate()
    await turn()
    expect(seen).toEqual(['close 1006'])
  })
})

describe('cut', () => {
  test('ends both with 1006 and loses what was on its way', async () => {
    const clock = createTestClock()
    const pair = createTransportPair({ clock, delay: 10 })
    const [a, b] = pair
    const atA = listen(a)
    const atB = listen(b)
    a.send('lost')
    b.send('lost too')
    pair.cut()
    pair.cut()
    expect(atA).toEqual([])
    await clock.advance(100)
    expect([atA, atB]).toEqual([['close 1006'], ['close 1006']])
    expect([a.sent, b.received, clock.armed]).toEqual([['lost'], [], 0])
    expect(pair.log.filter(({ act }) => act === 'cut')).toHaveLength(1)
  })

  test('from inside onMessage stops what follows', async () => {
    const [a, b] = createTransportPair()
    const seen = listen(b)
    b.onMessage = (data) => {
      seen.push(`${data}`)
      b.cut()
    }
    a.send('one')
    a.send('two')
    await turn()
    expect(seen).toEqual(['one', 'close 1006'])
  })

  test('during the closing handshake ends with 1006', async () => {
    const clock = createTestClock()
    const [a, b] = createTransportPair({ clock, delay: 10 })
    const atA = listen(a)
    const atB = listen(b)
    a.close(4001, '')
    await clock.advance(10)
    a.cut()
    await clock.settle()
    expect([atA, atB]).toEqual([['close 1006'], ['close 4001']])
  })
})

describe('backpressure', () => {
  test('what a paused reader leaves counts at the sender until it drains', async () => {
    const [a, b] = createTransportPair()
    const atA = listen(a)
    const atB = listen(b)
    b.pause()
    a.send('éé')
    a.send(new Uint8Array(6))
    await turn()
    expect([a.bufferedAmount, atB]).toEqual([10, []])
    b.resume()
    a.send('x')
    expect(a.bufferedAmount).toBe(11)
    await turn()
    expect([a.bufferedAmount, atA, atB.length]).toEqual([0, ['drain'], 3])
  })

  test('frames on their way when the reader pauses count as well', async () => {
    const clock = createTestClock()
    const [a, b] = createTransportPair({ clock, delay: 10 })
    const atA = listen(a)
    a.send('12345')
    expect(a.bufferedAmount).toBe(0)
    b.pause()
    expect(a.bufferedAmount).toBe(5)
    await clock.advance(20)
    b.resume()
    await clock.settle()
    expect([b.received, atA]).toEqual([['12345'], ['drain']])
  })

  test('a reader can take one frame at a time', async () => {
    const [a, b] = createTransportPair()
    const seen: Data[] = []
    b.onMessage = (data) => {
      seen.push(data)
      b.pause()
    }
    for (const frame of ['1', '2', '3']) a.send(frame)
    for (let left = 2; left >= 0; left--) {
      await turn()
      expect(a.bufferedAmount).toBe(left)
      b.resume()
    }
    expect(seen).toEqual(['1', '2', '3'])
  })

  test('a paused end keeps what it had kept for an owner', async () => {
    const [a, b] = createTransportPair()
    a.send('one')
    await turn()
    b.pause()
    const seen = listen(b)
    await turn()
    expect(seen).toEqual([])
    b.resume()
    await turn()
    expect(seen).toEqual(['one'])
  })

  test('corked writes count, and leave in order', async () => {
    const [a, b] = createTransportPair()
    const atA = listen(a)
    const atB = listen(b)
    a.cork()
    a.send('one')
    a.send('two')
    a.ping()
    expect(a.bufferedAmount).toBe(6)
    await turn()
    expect(atB).toEqual([])
    a.uncork()
    expect(a.bufferedAmount).toBe(0)
    await turn()
    expect(atB).toEqual(['one', 'two'])
    expect(atA).toEqual(['drain', 'pong'])
  })

  test('uncorking towards a paused reader drains nothing yet', async () => {
    const [a, b] = createTransportPair()
    const atA = listen(a)
    b.pause()
    a.cork()
    a.send('one')
    a.uncork()
    await turn()
    expect([a.bufferedAmount, atA]).toEqual([3, []])
    b.resume()
    await turn()
    expect([a.bufferedAmount, atA]).toEqual([0, ['drain']])
  })

  test('a paused reader answers neither close nor ping', async () => {
    const [a, b] = createTransportPair()
    const atA = listen(a)
    b.pause()
    a.ping()
    a.close(4001, '')
    await turn()
    expect([atA, a.state, b.state]).toEqual([[], 'closing', 'open'])
    b.resume()
    await turn()
    expect(atA).toEqual(['pong', 'close 4001'])
  })
})

describe('records', () => {
  test('show both directions in order, with who did it', async () => {
    const pair = createTransportPair()
    const [a, b] = pair
    const bytes = Uint8Array.from([1, 2])
    a.send('one')
    b.send(bytes)
    bytes.fill(0)
    await turn()
    a.close(4001, 'bye')
    await turn()
    a.terminate()
    expect(pair.log).toEqual([
      { from: 'a', act: 'frame', data: 'one' },
      { from: 'b', act: 'frame', data: Uint8Array.from([1, 2]) },
      { from: 'a', act: 'close', code: 4001, reason: 'bye' },
    ])
    expect([a.sent, b.received, b.sent, a.received]).toEqual([
      ['one'],
      ['one'],
      [Uint8Array.from([1, 2])],
      [Uint8Array.from([1, 2])],
    ])
  })

  test('show a terminate', () => {
    const pair = createTransportPair()
    pair[1].terminate()
    pair[1].terminate()
    expect(pair.log).toEqual([{ from: 'b', act: 'terminate' }])
  })
})
