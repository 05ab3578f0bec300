import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, turn } from '../fake-clock.test-helper.js'
import { Malformed } from '../frames/envelope.js'
import { RESERVED_CALLS } from '../frames/names.js'
import { End } from '../two-peers.test-helper.js'
import { vectors } from '../vectors.test-helper.js'

/** A server's peer of version 5 with nobody at the other end but the test. */
let end: End

beforeEach(() => {
  end = new End(new FakeClock(), 'server', 5)
  end.procedures.set('add', ({ a, b }) => a + b)
  end.procedures.set('slow', () => new Promise(() => {}))
})

const receive = (type: string, payload?: unknown, stamp?: number | string) => end.peer.receive(type, payload, stamp)
const error = (code: string, rpc: string, stamp: number) => ['~wse:response-err', { code, details: { rpc } }, stamp]

describe('calls', () => {
  it('are answered, plain or with options', () => {
    receive('add', { a: 1, b: 2 }, 1)
    receive('~wse:call', { name: 'add', payload: { a: 3, b: 4 }, timeout: 500 }, 3)
    expect(end.wrote).toEqual([
      ['~wse:response', 3, 1],
      ['~wse:response', 7, 3],
    ])
  })

  it('of a name nobody registered are answered so', () => {
    for (const [i, name] of ['nope', '__proto__', 'constructor', 'then', '~wse:nope'].entries()) {
      receive(name, null, 2 * i + 1)
      expect(end.last).toEqual(error('wse.server.rp.not-registered', name, 2 * i + 1))
    }
    receive('~wse:call', { name: '~wse:nope' }, 99)
    expect(end.last).toEqual(error('wse.server.rp.not-registered', '~wse:nope', 99))
  })

  it.each(RESERVED_CALLS)('of %s are answered as not supported, either way', (name) => {
    receive(name, null, 1)
    receive('~wse:call', { name }, 3)
    expect(end.wrote).toEqual([error('wse.not-supported', name, 1), error('wse.not-supported', name, 3)])
  })

  it('beyond the limit are answered as overload, do not run, and reserved ones do not count', () => {
    end = new End(new FakeClock(), 'server', 5, { callsIn: 2 })
    end.procedures.set('slow', () => new Promise(() => {}))
    for (const stamp of [1, 3, 5]) receive('slow', null, stamp)
    receive('~wse:subscribe', [], 7)
    expect(end.wrote).toEqual([error('wse.rp.overload', 'slow', 5), error('wse.not-supported', '~wse:subscribe', 7)])
    expect(end.peer.running).toBe(2)
  })

  it('with a stamp in use are malformed, and the first is not disturbed', () => {
    receive('slow', null, 1)
    expect(() => receive('add', { a: 1, b: 2 }, 1)).toThrow(Malformed)
    expect(end.peer.running).toBe(1)
    expect(end.wrote).toEqual([])
  })

  it.each([2, 4, 'x', '1'])('with the stamp %j are malformed: it is not of the other end', (stamp) => {
    for (const type of ['add', '~wse:call', '~wse:subscribe', '~wse:nope']) {
      expect(() => receive(type, { name: 'add' }, stamp)).toThrow(Malformed)
    }
    expect(end.wrote).toEqual([])
  })

  it('of a WSE 4 peer have any stamp', () => {
    end.peer.version = 4
    receive('add', { a: 1, b: 2 }, 'bLlMJI6Mmo')
    receive('add', { a: 1, b: 2 }, '2')
    expect(end.wrote).toEqual([
      ['~wse:response', 3, 'bLlMJI6Mmo'],
      ['~wse:response', 3, '2'],
    ])
  })
})

describe('responses', () => {
  it('nobody waits for are dropped and never answered', () => {
    for (const stamp of [1, 2, 99, 'x']) {
      receive('~wse:response', 1, stamp)
      receive('~wse:response-err', { code: 'X' }, stamp)
    }
    expect([end.wrote, end.failures]).toEqual([[], []])
  })

  it('settle a call once, whatever comes after', async () => {
    const call = end.peer.call('ask', 1)
    receive('~wse:response', 'first', 2)
    receive('~wse:response', 'second', 2)
    receive('~wse:response-err', { code: 'X' }, 2)
    await expect(call).resolves.toBe('first')
  })

  it('cannot be forged for another call, nor with the stamp as text', async () => {
    const call = end.peer.call('ask', 1)
    receive('~wse:response', 'forged', '2')
    receive('~wse:response', 'forged', 4)
    receive('~wse:response', 'forged', 1)
    receive('~wse:response', 'true', 2)
    await expect(call).resolves.toBe('true')
  })

  it('reject with an error of the other end, whatever is in it', async () => {
    for (const [payload, code] of [
      [{ code: 'POOR', details: { b: 1 } }, 'POOR'],
      [null, 'wse.server.rp.failed'],
      ['x', 'wse.server.rp.failed'],
    ]) {
      const call = end.peer.call('ask', 1)
      receive('~wse:response-err', payload, end.last?.[2] as number)
      await expect(call).rejects.toMatchObject({ code, remote: true, details: { rpc: 'ask' } })
    }
  })

  it('without a stamp are malformed', () => {
    expect(() => receive('~wse:response', 1)).toThrow(Malformed)
    expect(() => receive('~wse:response-err', {}, 0)).toThrow(Malformed)
  })
})

describe('a cancel', () => {
  it('lets a handler that does not listen run on, and its answer go nowhere', async () => {
    let finish: (value: unknown) => void = () => {}
    end.procedures.set('wait', () => new Promise((resolve) => (finish = resolve)))
    receive('wait', null, 1)
    receive('~wse:cancel', 'timeout', 1)
    expect(end.peer.running).toBe(0)
    finish('late')
    await turn()
    expect(end.wrote).toEqual([])
  })

  it('of a call that is not running does nothing', () => {
    for (const stamp of [1, 2, 'x']) receive('~wse:cancel', null, stamp)
    expect(end.wrote).toEqual([])
  })
})

describe('frames of parts that are not built, or of no call', () => {
  const { frames } = vectors<{ frames: Record<string, { valid: unknown[]; invalid: unknown[] }> }>('frames')

  it('of topics have no effect on an end that has none, and no stamp', () => {
    const { valid } = frames['~wse:event'] ?? { valid: [] }
    for (const payload of valid) receive('~wse:event', payload)
    expect(() => receive('~wse:event', valid[0], 1)).toThrow(Malformed)
    expect(() => receive('~wse:members', { topic: 'room' })).toThrow(Malformed)
    expect([end.wrote, end.messages]).toEqual([[], []])
  })

  it('of streams belong to no call and are dropped, but credit is read', () => {
    for (const stamp of [1, 2]) {
      receive('~wse:item', 1, stamp)
      receive('~wse:end', null, stamp)
      receive('~wse:credit', 65_536, stamp)
    }
    expect(() => receive('~wse:credit', -1, 1)).toThrow(Malformed)
    for (const type of ['~wse:item', '~wse:end', '~wse:credit', '~wse:cancel', '~wse:call']) {
      expect(() => receive(type, 1)).toThrow(Malformed)
    }
    expect(end.wrote).toEqual([])
  })
})

describe('frames of the link', () => {
  const { frames } = vectors<{ frames: Record<string, { valid: unknown[]; invalid: unknown[] }> }>('frames')

  it.each(['~wse:ack', '~wse:ping', '~wse:pong', '~wse:goaway', '~wse:expiring'])(
    '%s is for the session, and malformed where it gets past it, whatever is in it',
    (type) => {
      const { valid, invalid } = frames[type] ?? { valid: [], invalid: [] }
      expect(valid.length).toBeGreaterThan(0)
      for (const payload of [...valid, ...invalid]) {
        for (const stamp of [undefined, 0, 1]) expect(() => receive(type, payload, stamp)).toThrow(Malformed)
      }
      expect([end.wrote, end.messages]).toEqual([[], []])
    },
  )
})

describe('frames at the wrong moment', () => {
  it.each(['~wse:hi', '~wse:challenge', '~wse:session', '~wse:welcome', '~wse:nope', '~wse:subscribe', '~wse:'])(
    '%s without a stamp is malformed',
    (type) => {
      for (const stamp of [undefined, 0, '']) expect(() => receive(type, {}, stamp)).toThrow(Malformed)
    },
  )

  it.each(['~wse:hi', '~wse:challenge', '~wse:session', '~wse:welcome'])(
    '%s with a stamp is malformed: it is a frame, not a call',
    (type) => {
      expect(() => receive(type, {}, 1)).toThrow(Malformed)
    },
  )
})

describe('messages', () => {
  it('reach the host, stamped with nothing', () => {
    for (const stamp of [undefined, 0, '']) receive('chat', 1, stamp)
    receive('~wse:volatile', ['cursor', 2])
    receive('~wse:volatile', ['bare'])
    expect(end.messages).toEqual([
      ['chat', 1],
      ['chat', 1],
      ['chat', 1],
      ['cursor', 2],
      ['bare', undefined],
    ])
  })

  it('inside a malformed volatile are malformed', () => {
    for (const payload of [null, [], ['~wse:hi'], [''], 'cursor', ['a', 1, 2]])
      expect(() => receive('~wse:volatile', payload)).toThrow(Malformed)
  })

  it('inside a volatile with a stamp are malformed', () => {
    expect(() => receive('~wse:volatile', ['cursor', 2], 1)).toThrow(Malformed)
  })
})
