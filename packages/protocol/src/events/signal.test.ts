import { beforeEach, describe, expect, it, vi } from 'vitest'
import { turn } from '../fake-clock.test-helper.js'
import type { Unsubscribe } from './listener.js'
import { Signal } from './signal.js'

let reported: unknown[]
let signal: Signal<[number, string]>

beforeEach(() => {
  reported = []
  signal = new Signal((thrown) => reported.push(thrown))
})

describe('when with a listener', () => {
  it('subscribes, until what it returned is called', () => {
    const heard = vi.fn()
    const off = signal.when(heard)
    signal.emit(1, 'a')
    off()
    off()
    signal.emit(2, 'b')
    expect(heard.mock.calls).toEqual([[1, 'a']])
  })

  it('subscribes the same function as often as it is asked, each by itself', () => {
    const heard = vi.fn()
    const off = signal.when(heard)
    signal.when(heard)
    off()
    off()
    signal.emit(1, 'a')
    expect(heard).toHaveBeenCalledOnce()
  })

  it('keeps a failing listener from the others', async () => {
    const heard = vi.fn()
    signal.when(() => {
      throw null
    })
    signal.when(async () => {
      throw 5
    })
    signal.when(heard)
    signal.emit(1, 'a')
    await turn()
    expect(heard).toHaveBeenCalledOnce()
    expect(reported).toEqual([null, 5])
  })

  it('keeps to the listeners there were when an emit began', () => {
    const late = vi.fn()
    const off: Unsubscribe = signal.when(() => {
      off()
      signal.when(late)
    })
    signal.emit(1, 'a')
    expect(late).not.toHaveBeenCalled()
    signal.emit(2, 'b')
    expect(late).toHaveBeenCalledOnce()
  })
})

describe('when without a listener', () => {
  it('is a promise of the next occurrence: its arguments, where there are several', async () => {
    const next = signal.when()
    expect(signal.waiting).toBe(1)
    signal.emit(1, 'a')
    signal.emit(2, 'b')
    await expect(next).resolves.toEqual([1, 'a'])
    expect(signal.waiting).toBe(0)
  })

  it('is its one argument, or nothing, where there is one or none', async () => {
    const one = new Signal<[string]>(() => {})
    const none = new Signal<[]>(() => {})
    const [first, second] = [one.when(), none.when()]
    one.emit('a')
    none.emit()
    await expect(first).resolves.toBe('a')
    await expect(second).resolves.toBeUndefined()
  })

  it('resolves all who wait', async () => {
    const all = Promise.all([signal.when(), signal.when({}), signal.when({ signal: undefined })])
    signal.emit(1, 'a')
    await expect(all).resolves.toEqual([
      [1, 'a'],
      [1, 'a'],
      [1, 'a'],
    ])
  })

  it('may wait again as soon as it was resolved', async () => {
    signal.when().then(() => signal.when().then(() => reported.push('twice')))
    signal.emit(1, 'a')
    await turn()
    signal.emit(2, 'b')
    await turn()
    expect(reported).toEqual(['twice'])
  })
})

describe('an abort signal', () => {
  it('ends the waiting with its reason', async () => {
    const controller = new AbortController()
    const next = signal.when({ signal: controller.signal })
    controller.abort('enough')
    await expect(next).rejects.toBe('enough')
    expect(signal.waiting).toBe(0)
    signal.emit(1, 'a')
  })

  it('that is aborted already ends it at once', async () => {
    await expect(signal.when({ signal: AbortSignal.abort('before') })).rejects.toBe('before')
    expect(signal.waiting).toBe(0)
  })

  it('is let go of when the occurrence came', async () => {
    const controller = new AbortController()
    const remove = vi.spyOn(controller.signal, 'removeEventListener')
    const next = signal.when({ signal: controller.signal })
    signal.emit(1, 'a')
    await next
    expect(remove).toHaveBeenCalledOnce()
    controller.abort()
  })
})

describe('the end', () => {
  it('rejects who waits', async () => {
    const next = signal.when()
    signal.end(new Error('over'), false)
    await expect(next).rejects.toThrow('over')
    expect(signal.waiting).toBe(0)
  })

  it('for now lets others wait', async () => {
    signal.end(new Error('over'), false)
    const next = signal.when()
    signal.emit(1, 'a')
    await expect(next).resolves.toEqual([1, 'a'])
  })

  it('for good rejects who will wait as well, and leaves listeners alone', async () => {
    const heard = vi.fn()
    signal.when(heard)
    signal.end(new Error('over'), true)
    await expect(signal.when()).rejects.toThrow('over')
    signal.emit(1, 'a')
    expect(heard).toHaveBeenCalledOnce()
  })
})
