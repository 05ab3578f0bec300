import { beforeEach, describe, expect, it, vi } from 'vitest'
import { turn } from '../fake-clock.test-helper.js'
import { Channel } from './channel.js'
import type { Unsubscribe } from './listener.js'

let reported: unknown[]
let channel: Channel<[string]>

beforeEach(() => {
  reported = []
  channel = new Channel((thrown) => reported.push(thrown))
})

describe('listeners', () => {
  it('are called in the order they were added, with what was emitted', () => {
    const heard: string[] = []
    channel.on('a', (text) => heard.push(`1 ${text}`))
    channel.on('a', (text) => heard.push(`2 ${text}`))
    channel.on('b', (text) => heard.push(`b ${text}`))
    expect(channel.emit('a', 'x')).toBe(true)
    expect(heard).toEqual(['1 x', '2 x'])
  })

  it('are counted, and an emit nobody hears says so', () => {
    expect(channel.emit('a', 'x')).toBe(false)
    const off = channel.on('a', () => {})
    expect(channel.listenerCount('a')).toBe(1)
    off()
    expect(channel.listenerCount('a')).toBe(0)
    expect(channel.emit('a', 'x')).toBe(false)
  })

  it('listen to names that are members of objects elsewhere', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'error', 'then', '']) {
      expect(channel.emit(name, 'x')).toBe(false)
      const heard = vi.fn()
      channel.on(name, heard)
      expect(channel.emit(name, 'x')).toBe(true)
      expect(heard).toHaveBeenCalledOnce()
    }
  })
})

describe('isolation', () => {
  it.each([new Error('boom'), null, undefined, 5])(
    'a throw of %s reaches the report, and neither the others nor the sender',
    (thrown) => {
      const heard = vi.fn()
      channel.on('a', () => {
        throw thrown
      })
      channel.on('a', heard)
      expect(channel.emit('a', 'x')).toBe(true)
      expect(heard).toHaveBeenCalledOnce()
      expect(reported).toEqual([thrown])
    },
  )

  it('so does a rejection', async () => {
    channel.on('a', async () => {
      throw new Error('later')
    })
    channel.emit('a', 'x')
    await turn()
    expect(reported).toEqual([new Error('later')])
  })

  it('so does a result whose then throws, or is a getter that does', () => {
    const trap = () => {
      throw new Error('trap')
    }
    channel.on('a', () => Object.defineProperty({}, 'then', { value: trap }))
    channel.on('a', () => Object.defineProperty({}, 'then', { get: trap }))
    channel.emit('a', 'x')
    expect(reported).toHaveLength(2)
  })
})

describe('once', () => {
  it('hears the next message only, even if it is emitted again from inside', () => {
    const heard: string[] = []
    channel.once('a', (text) => {
      heard.push(text)
      channel.emit('a', 'inner')
    })
    channel.emit('a', 'outer')
    channel.emit('a', 'later')
    expect(heard).toEqual(['outer'])
  })

  it('is taken back by what it returned, or by off with the listener, before it was heard', () => {
    const heard = vi.fn()
    channel.once('a', heard)()
    channel.once('a', heard)
    channel.off('a', heard)
    channel.emit('a', 'x')
    expect(heard).not.toHaveBeenCalled()
  })
})

describe('off', () => {
  it('takes back one listener, the others stay', () => {
    const [one, other] = [vi.fn(), vi.fn()]
    channel.on('a', one)
    channel.on('a', other)
    channel.off('a', one)
    channel.emit('a', 'x')
    expect(one).not.toHaveBeenCalled()
    expect(other).toHaveBeenCalledOnce()
  })

  it('without a listener takes back all of the type', () => {
    channel.on('a', () => {})
    channel.on('a', () => {})
    channel.on('b', () => {})
    channel.off('a')
    expect([channel.listenerCount('a'), channel.listenerCount('b')]).toEqual([0, 1])
  })

  it('minds neither an unknown listener nor an unknown type', () => {
    channel.on('a', () => {})
    channel.off('a', () => {})
    channel.off('nothing', () => {})
    channel.off('nothing')
    expect(channel.listenerCount('a')).toBe(1)
  })

  it('of a subscription called again does nothing, even if the same function subscribed twice', () => {
    const heard = vi.fn()
    const off = channel.on('a', heard)
    channel.on('a', heard)
    off()
    off()
    channel.emit('a', 'x')
    expect(heard).toHaveBeenCalledOnce()
  })
})

describe('a change while an emit goes on', () => {
  it('of a listener taken back leaves this emit as it was', () => {
    const heard: number[] = []
    const offs: Unsubscribe[] = []
    for (const n of [1, 2, 3]) {
      offs.push(
        channel.on('a', () => {
          heard.push(n)
          if (n === 1) offs[1]?.()
        }),
      )
    }
    channel.emit('a', 'x')
    channel.emit('a', 'y')
    expect(heard).toEqual([1, 2, 3, 1, 3])
  })

  it('of a listener that takes itself back skips nobody', () => {
    const heard: number[] = []
    const off = channel.on('a', () => {
      heard.push(1)
      off()
    })
    channel.on('a', () => heard.push(2))
    channel.emit('a', 'x')
    expect(heard).toEqual([1, 2])
  })

  it('of a listener added hears the next one', () => {
    const late = vi.fn()
    channel.on('a', () => void channel.on('a', late))
    channel.emit('a', 'x')
    expect(late).not.toHaveBeenCalled()
    channel.emit('a', 'y')
    expect(late).toHaveBeenCalledOnce()
  })
})
