import * as v from 'valibot'
import { describe, expect, it, vi } from 'vitest'
import { WSE_ERROR } from '../codes/tables.js'
import { isWseError } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import { Answered, type AnsweredCall } from './answered.js'
import { answerBy } from './contract.test-helper.js'
import { rpc } from './rpc.js'
import type { AnyRpc } from './shape.js'

const whole = v.pipe(v.string(), v.transform(Number), v.number())
const answered = (one: AnyRpc, checks = true) => new Answered('add', one, checks)

/** What a call is answered with. */
function answer(one: AnyRpc, payload: Payload, run: (payload: Payload) => unknown, checks = true): Payload {
  return answerBy(answered(one, checks), payload, run)
}

/** What was thrown, or rejected with. */
async function thrown(run: () => unknown): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  return 'nothing was thrown'
}

async function all(items: AsyncIterable<Payload>): Promise<Payload[]> {
  const list: Payload[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('a handler', () => {
  it('gets what the schema makes of the input', () => {
    expect(answer(rpc({ input: whole, output: v.any() }), '42', (input) => [input])).toEqual([42])
  })

  it('never sees an input that does not fit', () => {
    const run = vi.fn()
    expect(() => answer(rpc({ input: whole }), 42, run)).toThrow(
      expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD }),
    )
    expect(run).not.toHaveBeenCalled()
  })

  it('never sees an input the contract does not have', () => {
    expect(answer(rpc({ output: v.any() }), { secret: 1 }, (input) => input ?? 'nothing')).toBe('nothing')
  })

  it('waits for an asynchronous schema', async () => {
    const input = v.pipeAsync(
      v.string(),
      v.transformAsync(async (text) => text.length),
    )
    await expect(answer(rpc({ input, output: v.number() }), 'four', (length) => length)).resolves.toBe(4)
    const run = vi.fn()
    await expect(answer(rpc({ input }), 4, run)).rejects.toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD })
    expect(run).not.toHaveBeenCalled()
  })

  it('whose schema throws tells its caller nothing of it', async () => {
    const input = v.pipe(
      v.string(),
      v.transform(() => {
        throw new RangeError('bug')
      }),
    )
    const error = await thrown(() => answer(rpc({ input }), 'x', () => 1))
    expect(isWseError(error)).toBe(false)
    expect(error).toMatchObject({ message: 'the schema of input of add threw: bug' })
  })
})

describe('a result', () => {
  const at = rpc({ output: whole })

  it('leaves as it is: its schema makes something of it where it arrives', async () => {
    expect(answer(at, null, () => '42')).toBe('42')
    expect(await answer(at, null, async () => '42')).toBe('42')
  })

  it('that does not fit is a defect of this side, with the issues for its log', async () => {
    for (const run of [() => 42, async () => 42]) {
      const error = await thrown(() => answer(at, null, run))
      expect(isWseError(error)).toBe(false)
      expect(error).toMatchObject({ message: 'result of add: expected string' })
      expect((error as Error).cause).toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD })
    }
  })

  it('is not looked at where what leaves is not checked', () => {
    const promise = Promise.resolve(42)
    expect(answer(at, null, () => 42, false)).toBe(42)
    expect(answer(at, null, () => promise, false)).toBe(promise)
  })

  it('the contract does not have stays here', async () => {
    for (const checks of [true, false]) {
      expect(answer(rpc({}), null, () => 'internal', checks)).toBeUndefined()
      expect(await answer(rpc({}), null, async () => 'internal', checks)).toBeUndefined()
    }
  })
})

describe('a stream of items', () => {
  const ticks = rpc({ items: whole, output: v.string() })
  const items = (run: () => unknown, checks = true) => answer(ticks, null, run, checks) as AsyncIterable<Payload>

  it('leaves as it is', async () => {
    async function* one() {
      yield '1'
      return 'done'
    }
    const stream = items(one)[Symbol.asyncIterator]()
    expect(await stream.next()).toEqual({ done: false, value: '1' })
    expect(await stream.next()).toEqual({ done: true, value: 'done' })
  })

  it('may be anything one can iterate over, now or later', async () => {
    expect(await all(items(() => ['1', '2'], false))).toEqual(['1', '2'])
    expect(await all((await answer(rpc({ items: whole }), null, async () => ['1', '2'])) as never)).toEqual(['1', '2'])
  })

  it('ends at an item that does not fit, and its source is told', async () => {
    const stop = vi.fn()
    function* two() {
      try {
        yield '1'
        yield 2
      } finally {
        stop()
      }
    }
    expect(await thrown(() => all(items(two)))).toMatchObject({ message: 'an item of add: expected string' })
    expect(stop).toHaveBeenCalledOnce()
  })

  it('ends with a result that fits, or fails', async () => {
    const stream = items(async function* () {
      yield* []
      return 1
    })
    expect(await thrown(() => all(stream))).toMatchObject({ message: 'result of add: expected string' })
  })

  it('is missing where a handler returns none', async () => {
    expect(await thrown(() => items(() => 1))).toBeInstanceOf(TypeError)
    expect(await thrown(() => items(async () => 'text'))).toBeInstanceOf(TypeError)
  })
})

describe('the context of a handler', () => {
  const upload = rpc({ chunks: whole, output: v.any(), errors: { TOO_BIG: v.object({ max: v.number() }) } })
  const run = (use: (call: AnsweredCall) => unknown, chunks: unknown[] = []) =>
    answerBy(answered(upload), null, (_input, call) => use(call), chunks)

  it('makes the errors of the contract', () => {
    const error = run(({ error }) => error('TOO_BIG', { max: 9 }))
    expect(error).toBeInstanceOf(WseError)
    expect(error).toMatchObject({ code: 'TOO_BIG', details: { max: 9 } })
  })

  it('makes no others, and none with details that do not fit: those are defects of this side', async () => {
    for (const use of [
      ({ error }: AnsweredCall) => error('TOO_SMALL'),
      ({ error }: AnsweredCall) => error('constructor'),
      ({ error }: AnsweredCall) => error('TOO_BIG', { max: '9' }),
    ]) {
      const fault = await thrown(() => run(use))
      expect(fault).toBeInstanceOf(Error)
      expect(isWseError(fault)).toBe(false)
    }
  })

  it('reads the chunks', async () => {
    expect(await run(({ chunks }) => all(chunks as AsyncIterable<Payload>), ['1', '2'])).toEqual([1, 2])
  })

  it('gives a chunk that does not fit to the handler as an error its caller may see', async () => {
    const error = await thrown(() => run(({ chunks }) => all(chunks as AsyncIterable<Payload>), [1]))
    expect(error).toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD, message: 'a chunk of add: expected string' })
  })
})
