import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { browserWake as BrowserWake, Woken } from './wake.js'
import { type AppStateLike, type NetInfoLike, reactNativeWake } from './wake.js'

/** Something with events, as a page or its document. */
class FakeTarget {
  readonly listeners = new Map<string, Set<() => void>>()

  addEventListener = (type: string, listener: () => void) => {
    this.listeners.set(type, (this.listeners.get(type) ?? new Set()).add(listener))
  }

  removeEventListener = (type: string, listener: () => void) => {
    this.listeners.get(type)?.delete(listener)
  }

  fire(type: string): void {
    for (const listener of this.listeners.get(type) ?? []) listener()
  }

  get listening(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0)
  }
}

let told: Woken[]
const woken = (why: Woken) => {
  told.push(why)
}

beforeEach(() => {
  told = []
})

describe('in a browser', () => {
  let page: FakeTarget
  let document: FakeTarget & { visibilityState?: string }
  let browserWake: typeof BrowserWake

  beforeEach(async () => {
    page = new FakeTarget()
    document = Object.assign(new FakeTarget(), { visibilityState: 'hidden' })
    vi.stubGlobal('addEventListener', page.addEventListener)
    vi.stubGlobal('removeEventListener', page.removeEventListener)
    vi.stubGlobal('document', document)
    vi.resetModules()
    browserWake = (await import('./wake.js')).browserWake
  })

  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('the network that is back wakes, and so does a page that is shown again', () => {
    browserWake(woken)
    page.fire('online')
    page.fire('pageshow')
    page.fire('offline')
    page.fire('pagehide')
    expect(told).toEqual(['online', 'active'])
  })

  it('a tab wakes when it becomes visible, and not when it is hidden', () => {
    browserWake(woken)
    document.fire('visibilitychange')
    expect(told).toEqual([])
    document.visibilityState = 'visible'
    document.fire('visibilitychange')
    document.visibilityState = 'hidden'
    document.fire('visibilitychange')
    expect(told).toEqual(['active'])
  })

  it('nothing is left once it is taken back', () => {
    const off = browserWake(woken)
    expect([page.listening, document.listening]).toEqual([2, 1])
    off()
    off()
    expect([page.listening, document.listening]).toEqual([0, 0])
    page.fire('online')
    expect(told).toEqual([])
  })

  it('each client is told by itself', () => {
    const off = browserWake(woken)
    browserWake(woken)
    page.fire('online')
    off()
    page.fire('online')
    expect(told).toHaveLength(3)
  })

  it('a worker, which has no document, is told of the network', () => {
    vi.stubGlobal('document', undefined)
    const off = browserWake(woken)
    page.fire('online')
    off()
    expect([told, page.listening]).toEqual([['online'], 0])
  })

  it('elsewhere, where there are no such events, nothing is ever told', () => {
    for (const name of ['addEventListener', 'removeEventListener', 'document']) vi.stubGlobal(name, undefined)
    expect(() => browserWake(woken)()).not.toThrow()
    expect(told).toEqual([])
  })
})

describe('in React Native', () => {
  let change: ((state: string) => void) | null
  let net: ((state: { isConnected: boolean | null }) => void) | null

  const appState: AppStateLike = {
    addEventListener(type, listener) {
      expect(type).toBe('change')
      change = listener
      return {
        remove() {
          change = null
        },
      }
    },
  }
  const netInfo: NetInfoLike = {
    addEventListener(listener) {
      net = listener
      return () => {
        net = null
      }
    },
  }

  beforeEach(() => {
    change = net = null
  })

  it('the app wakes when it is active again', () => {
    reactNativeWake(appState)(woken)
    for (const state of ['inactive', 'background', 'active', 'unknown']) change?.(state)
    expect(told).toEqual(['active'])
  })

  it.each<[string, (boolean | null)[], Woken[]]>([
    ['that is there from the beginning does not wake', [true, true], []],
    ['that is back does', [true, false, true], ['online']],
    ['that is back each time does each time', [false, true, false, false, true, true], ['online', 'online']],
    ['that was not known and is there now does not', [null, true], []],
    ['that is lost does not', [false, null, false], []],
  ])('a network %s', (_, states, expected) => {
    reactNativeWake(appState, netInfo)(woken)
    for (const isConnected of states) net?.({ isConnected })
    expect(told).toEqual(expected)
  })

  it('nothing is left once it is taken back', () => {
    const off = reactNativeWake(appState, netInfo)(woken)
    off()
    expect([change, net]).toEqual([null, null])
  })

  it('the network is not needed', () => {
    const off = reactNativeWake(appState)(woken)
    off()
    expect([change, net]).toEqual([null, null])
  })

  it('each client remembers by itself whether there was a network', () => {
    const source = reactNativeWake(appState, netInfo)
    source(woken)
    net?.({ isConnected: false })
    source(woken)
    net?.({ isConnected: true })
    expect(told).toEqual([])
  })
})
