import { beforeEach, describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { WseError } from '../error/wse-error.js'
import { FakeClock, turn } from '../fake-clock.test-helper.js'
import type { Stamp } from '../frames/envelope.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { End, type Handler } from '../two-peers.test-helper.js'

/** An end that really encodes, so that what cannot be encoded is found. */
class EncodingEnd extends End {
  override write(type: string, payload: unknown, stamp?: Stamp) {
    jsonCodec.encode(type, payload, stamp, LINK_LIMITS)
    return super.write(type, payload, stamp)
  }
}

let end: EncodingEnd

beforeEach(() => {
  end = new EncodingEnd(new FakeClock(), 'server', 5)
})

/** Runs a handler for one call and gives the payload of its one answer. */
async function answerOf(handler: Handler, timeout?: number): Promise<[string, Record<string, unknown>]> {
  end.procedures.set('rp', handler)
  end.peer.receive('~wse:call', { name: 'rp', timeout }, 1)
  await turn()
  expect(end.wrote).toHaveLength(1)
  expect(end.peer.running).toBe(0)
  const [type, payload] = end.wrote[0] as [string, Record<string, unknown>]
  return [type, payload]
}

const trap = () => {
  throw new Error('a trap')
}
type Settle = (value: unknown) => void
/** Something that can be awaited and is no promise. */
const thenable = (run: (resolve: Settle, reject: Settle) => void) => Object.defineProperty({}, 'then', { value: run })
const circular: { self?: unknown } = {}
circular.self = circular
const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => [inner], 1)

const THROWN: [string, unknown][] = [
  ['null', null],
  ['undefined', undefined],
  ['5', 5],
  ['a text', 'secret'],
  ['a circle', circular],
  ['a BigInt', 5n],
  ['a symbol', Symbol('secret')],
  ['an Error', new Error('secret at /etc/passwd')],
  ['an Error whose message throws', Object.defineProperty(new Error('x'), 'message', { get: trap })],
  ['a Proxy that throws', new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap, ownKeys: trap })],
  ['an object without a prototype', Object.create(null)],
  ['a function', () => 'secret'],
]

describe('whatever a handler throws', () => {
  describe.each([
    [
      'throws',
      (thrown: unknown) => () => {
        throw thrown
      },
    ],
    ['rejects with', (thrown: unknown) => () => Promise.reject(thrown)],
  ] as const)('when it %s', (_, make) => {
    it.each(THROWN)('%s: the caller is told that it failed and nothing more', async (_name, thrown) => {
      const [type, error] = await answerOf(make(thrown))
      expect(type).toBe('~wse:response-err')
      expect(error).toEqual({
        code: 'wse.server.rp.failed',
        message: 'RPC execution failed',
        details: { errorId: expect.stringMatching(/^[\w-]{21}$/) },
      })
      expect(JSON.stringify(error)).not.toContain('secret')
      expect(end.failures).toHaveLength(1)
      expect(end.failures[0]).toMatchObject({
        code: 'wse.server.rp.failed',
        details: { rpc: 'rp', errorId: (error.details as { errorId: string }).errorId },
      })
    })

    it('a WseError: the caller is told all of it, and it is not reported', async () => {
      const [, error] = await answerOf(make(new WseError('POOR', { balance: 5 }, { message: 'not enough' })))
      expect(error).toEqual({ code: 'POOR', message: 'not enough', details: { balance: 5 } })
      expect(end.failures).toEqual([])
    })

    it('a WseError that cannot be encoded: its code reaches the caller, and the rest the host', async () => {
      const [, error] = await answerOf(make(new WseError('POOR', { circular, balance: 5n })))
      expect(error).toMatchObject({ code: 'POOR', details: { errorId: expect.any(String) } })
      expect(end.failures).toHaveLength(1)
    })

    it.each([
      ['no code', { type: 'wse-error' }],
      ['a code that is no text', { type: 'wse-error', code: Object.create(null) }],
      [
        'a code that throws',
        {
          type: 'wse-error',
          get code() {
            return trap()
          },
        },
      ],
      [
        'details that throw',
        {
          type: 'wse-error',
          code: 'X',
          get details() {
            return trap()
          },
        },
      ],
    ])('what only looks like a WseError, with %s: the caller is not left waiting', async (_name, thrown) => {
      const [type] = await answerOf(make(thrown))
      expect(type).toBe('~wse:response-err')
    })
  })
})

describe('whatever a handler returns', () => {
  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['null', null],
    ['bytes', new Uint8Array([1])],
    ['an Error', new Error('returned')],
  ])('%s is a result', async (_, result) => {
    expect((await answerOf(() => result))[0]).toBe('~wse:response')
    expect(end.failures).toEqual([])
  })

  it.each([
    ['a BigInt', 5n, 'wse.unserializable'],
    ['a circle', circular, 'wse.unserializable'],
    ['something too deep', deep, 'wse.too-deep'],
    [
      'a Proxy that throws',
      new Proxy({}, { ownKeys: trap, get: (_, key) => (key === 'then' ? undefined : trap()) }),
      'wse.unserializable',
    ],
  ])('%s is answered with an error, at once or later', async (_, result, code) => {
    expect(await answerOf(() => result)).toMatchObject(['~wse:response-err', { code }])
    end.wrote.length = 0
    expect(await answerOf(async () => result)).toMatchObject(['~wse:response-err', { code }])
  })

  it('what it cannot be encoded for stays on this side, and reaches the host there', async () => {
    const result = {
      toJSON() {
        throw new Error('secret at /etc/passwd')
      },
    }
    const [, error] = await answerOf(() => result)
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(end.failures).toHaveLength(1)
  })

  it('a then that is a getter which throws is a failure', async () => {
    expect((await answerOf(() => Object.defineProperty({}, 'then', { get: trap })))[1]).toMatchObject({
      code: 'wse.server.rp.failed',
    })
  })

  it('a then that throws is a failure, and the call is over', async () => {
    expect((await answerOf(() => thenable(trap)))[1]).toMatchObject({ code: 'wse.server.rp.failed' })
  })

  it('a then that resolves and then throws is one answer', async () => {
    const result = thenable((resolve) => {
      resolve(1)
      trap()
    })
    expect(await answerOf(() => result)).toEqual(['~wse:response', 1])
  })

  it('a then that resolves twice, or rejects as well, is one answer', async () => {
    const result = thenable((resolve, reject) => {
      resolve(1)
      resolve(2)
      reject(3)
    })
    expect(await answerOf(() => result)).toEqual(['~wse:response', 1])
  })
})

describe('an answer that cannot be written at all', () => {
  it('reaches the host, and nothing is thrown', async () => {
    end.verdict = new Error('no')
    end.procedures.set('rp', () => 1)
    expect(() => end.peer.receive('rp', null, 1)).not.toThrow()
    await turn()
    expect(end.failures.length).toBeGreaterThan(0)
  })

  it('neither throws where the call is refused', () => {
    end.verdict = new WseError('wse.too-large', { limit: 1 })
    expect(() => end.peer.receive('nope', null, 1)).not.toThrow()
  })
})

describe('a call whose caller never gives up', () => {
  it('keeps its place, however long it takes and however full it gets', async () => {
    const clock = new FakeClock()
    end = new EncodingEnd(clock, 'server', 5, { callsIn: 1 })
    let finish: (value: unknown) => void = () => {}
    end.procedures.set('long', () => new Promise((resolve) => (finish = resolve)))
    end.peer.receive('~wse:call', { name: 'long', timeout: 0 }, 1)
    clock.advance(3_600_000)
    end.peer.receive('long', null, 3)
    expect(end.last).toMatchObject(['~wse:response-err', { code: 'wse.rp.overload' }, 3])
    finish('done')
    await turn()
    expect(end.last).toEqual(['~wse:response', 'done', 1])
  })
})
