import * as v from 'valibot'
import { describe, expect, it, vi } from 'vitest'
import { WSE_ERROR } from '../codes/tables.js'
import { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import { Asked } from './asked.js'
import { rpc } from './rpc.js'

const whole = v.pipe(v.string(), v.transform(Number), v.number())
const add = rpc({
  input: whole,
  output: whole,
  items: whole,
  chunks: whole,
  errors: { TOO_BIG: v.strictObject({ max: whole }), LATE: v.objectAsync({ max: v.number() }) },
})
const asked = (checks = true) => new Asked('add', add, checks)
const remote = (code: string, details = {}) => new WseError(code, { ...details, rpc: 'add' }, { remote: true })
const failing = (error: unknown) => () => Promise.reject(error)

describe('what is asked', () => {
  it('leaves at once, and as it is', async () => {
    const ask = vi.fn(async () => '42')
    const result = asked().call('1', ask)
    expect(ask).toHaveBeenCalledOnce()
    expect(await result).toBe(42)
  })

  it('is not sent where it does not fit', async () => {
    const ask = vi.fn()
    await expect(asked().call(1, ask)).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_PAYLOAD,
      remote: false,
      details: { rpc: 'add', certainty: 'not-sent', issues: [{ path: [], message: 'expected string' }] },
    })
    expect(ask).not.toHaveBeenCalled()
  })

  it('is not looked at where what leaves is not checked', async () => {
    expect(await asked(false).call(1, async () => '42')).toBe(42)
  })

  it('does not wait for an asynchronous schema', async () => {
    const late = new Asked(
      'add',
      rpc({
        input: v.pipeAsync(
          v.string(),
          v.checkAsync(async () => false),
        ),
      }),
      true,
    )
    expect(await late.call('x', async () => 'anything')).toBeUndefined()
  })
})

describe('a result', () => {
  it('that does not fit is told as what it is: the handler ran', async () => {
    await expect(asked().call('1', async () => 42)).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_PAYLOAD,
      remote: false,
      details: { rpc: 'add', certainty: 'delivered', issues: [{ path: [], message: 'expected string' }] },
    })
  })

  it('whose schema throws is a failure of this side', async () => {
    const output = v.custom<number>(() => {
      throw new RangeError('bug')
    })
    const broken = new Asked('add', rpc({ output }), true)
    await expect(broken.call(undefined, async () => 1)).rejects.toMatchObject({
      code: WSE_ERROR.RP_EXECUTION_FAILED,
      details: { rpc: 'add', certainty: 'delivered' },
    })
  })
})

describe('an error', () => {
  it('of the contract has details made by its schema, and still says of which call', async () => {
    await expect(asked().call('1', failing(remote('TOO_BIG', { max: '9' })))).rejects.toMatchObject({
      code: 'TOO_BIG',
      remote: true,
      details: { max: 9, rpc: 'add' },
    })
    await expect(asked().call('1', failing(remote('LATE', { max: 9 })))).rejects.toMatchObject({ code: 'LATE' })
  })

  it('of the contract whose details do not fit is no such error', async () => {
    const error = remote('TOO_BIG', { max: 9 })
    await expect(asked().call('1', failing(error))).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_PAYLOAD,
      details: { certainty: 'delivered' },
      cause: error,
    })
  })

  it('of any other code, of this side, or of no kind at all is passed on', async () => {
    const own = new WseError('TOO_BIG', { max: 9 })
    for (const error of [remote('OTHER'), remote('constructor'), own, new RangeError('x'), null]) {
      await expect(asked().call('1', failing(error))).rejects.toBe(error)
    }
  })
})

describe('a stream', () => {
  const read = async (items: AsyncIterable<Payload>) => {
    const list: Payload[] = []
    for await (const item of items) list.push(item)
    return list
  }

  it('gives what the schema makes of each item, and of the result', async () => {
    const stream = asked().stream('1', async function* () {
      yield '1'
      return '2'
    })
    expect(await stream.next()).toEqual({ done: false, value: 1 })
    expect(await stream.next()).toEqual({ done: true, value: 2 })
  })

  it('is not opened where the input does not fit', () => {
    const open = vi.fn()
    expect(() => asked().stream(1, open)).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD }))
    expect(open).not.toHaveBeenCalled()
  })

  it('ends at an item that does not fit, and its source is told', async () => {
    const stop = vi.fn()
    const stream = asked().stream('1', async function* () {
      try {
        yield '1'
        yield 2
      } finally {
        stop()
      }
    })
    await expect(read(stream)).rejects.toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD, details: { rpc: 'add' } })
    expect(stop).toHaveBeenCalledOnce()
  })

  it('that fails does so with an error of the contract', async () => {
    const stream = asked().stream('1', async function* () {
      yield '1'
      throw remote('TOO_BIG', { max: '9' })
    })
    await expect(read(stream)).rejects.toMatchObject({ code: 'TOO_BIG', details: { max: 9 } })
  })

  it('that is left early tells its source', async () => {
    const stop = vi.fn()
    const open = async function* () {
      try {
        while (true) yield '1'
      } finally {
        stop()
      }
    }
    for await (const one of asked().stream('1', open)) if (one === 1) break
    expect(stop).toHaveBeenCalledOnce()
  })

  it('of chunks leaves as it is, as far as it fits', async () => {
    expect(await read(asked().chunks(['1', '2']) as AsyncIterable<Payload>)).toEqual(['1', '2'])
    await expect(read(asked().chunks(['1', 2]) as AsyncIterable<Payload>)).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_PAYLOAD,
    })
    const chunks = [1]
    expect(asked(false).chunks(chunks)).toBe(chunks)
  })
})
