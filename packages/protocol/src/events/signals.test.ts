import { describe, expect, it, vi } from 'vitest'
import { turn } from '../fake-clock.test-helper.js'
import { Signals } from './signals.js'

type Events = { ready: [string]; closed: [number, string]; error: [unknown] }

function make() {
  const signals: Signals<Events> = new Signals<Events>(['ready', 'closed', 'error'], (thrown) =>
    signals.emit('error', thrown),
  )
  return signals
}

describe('a set of events', () => {
  it('is seen as when, with a member for each and no more', () => {
    const { when } = make()
    expect(Object.keys(when)).toEqual(['ready', 'closed', 'error'])
    expect(Object.isFrozen(when)).toBe(true)
  })

  it('keeps its events apart', () => {
    const signals = make()
    const [ready, closed] = [vi.fn(), vi.fn()]
    signals.when.ready(ready)
    signals.when.closed(closed)
    signals.emit('closed', 1000, 'bye')
    expect(ready).not.toHaveBeenCalled()
    expect(closed).toHaveBeenCalledWith(1000, 'bye')
  })

  it('works taken apart, as when is made of functions', async () => {
    const signals = make()
    const { ready } = signals.when
    const next = ready()
    signals.emit('ready', 'welcome')
    await expect(next).resolves.toBe('welcome')
  })

  it('counts and rejects all who wait', async () => {
    const signals = make()
    const waiting = [signals.when.ready(), signals.when.closed(), signals.when.error()]
    expect(signals.waiting).toBe(3)
    signals.end(new Error('closed for good'), true)
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ])
    expect(signals.waiting).toBe(0)
    await expect(signals.when.ready()).rejects.toThrow('closed for good')
  })
})

describe('a listener that throws', () => {
  it('is told to error', () => {
    const signals = make()
    const errors = vi.fn()
    signals.when.error(errors)
    signals.when.ready(() => {
      throw new Error('boom')
    })
    signals.emit('ready', 'x')
    expect(errors).toHaveBeenCalledWith(new Error('boom'))
  })

  it('of error itself ends there, thrown or rejected: it would never end', async () => {
    const signals = make()
    const errors = vi.fn(() => {
      throw new Error('again')
    })
    const rejecting = vi.fn(async () => {
      throw new Error('later')
    })
    signals.when.error(errors)
    signals.when.error(rejecting)
    signals.emit('error', 'first')
    await turn()
    expect(errors).toHaveBeenCalledOnce()
    expect(rejecting).toHaveBeenCalledOnce()
  })

  it('without anyone listening to error disturbs nobody', () => {
    const signals = make()
    signals.when.ready(() => {
      throw new Error('boom')
    })
    expect(() => signals.emit('ready', 'x')).not.toThrow()
  })
})
