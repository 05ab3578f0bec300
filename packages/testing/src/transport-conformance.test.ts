import type { Data, Transport } from '@wse/protocol'
import { describe, expect, test } from 'vitest'
import { type TransportConformanceOptions, transportConformance } from './transport-conformance.js'
import { createTransportPair, type TransportPair } from './transport-pair.js'

type Cases = Map<string, () => Promise<void>>

function casesOf(spoil: (pair: TransportPair) => void, more: Partial<TransportConformanceOptions> = {}): Cases {
  const cases: Cases = new Map()
  transportConformance({
    name: 'broken',
    test: (name, run) => cases.set(name, run),
    createPair: async () => {
      const pair = createTransportPair()
      spoil(pair)
      return { a: pair[0], b: pair[1], dispose: async () => pair.cut() }
    },
    ...more,
  })
  return cases
}

/** Runs the one case with that rule. */
function run(cases: Cases, rule: string): Promise<void> {
  const found = cases.get(`broken (a to b): ${rule}`)
  if (!found) throw new Error(`no case '${rule}' among ${[...cases.keys()].join(', ')}`)
  return found()
}

/** Changes what `transport` tells its owner. */
function onMessage(transport: Transport, change: (tell: (data: Data) => void) => (data: Data) => void): void {
  let own: ((data: Data) => void) | null = null
  const inner = transport.onMessage
  const setInner = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(transport), 'onMessage')?.set
  Object.defineProperty(transport, 'onMessage', {
    get: () => own ?? inner,
    set: (listener: (data: Data) => void) => {
      own = listener
      setInner?.call(transport, change(listener))
    },
  })
}

describe('finds a transport that', () => {
  test('reorders', async () => {
    const cases = casesOf(([, b]) => {
      let held: Data | null = null
      onMessage(b, (tell) => (data) => {
        if (held === null && data === 'frame 4') held = data
        else tell(data)
        if (data === 'frame 5' && held !== null) tell(held)
      })
    })
    await expect(run(cases, 'keeps frames in order')).rejects.toThrow('frame 4: expected "frame 4", got "frame 5"')
  })

  test('turns bytes into text', async () => {
    const cases = casesOf(([, b]) => onMessage(b, (tell) => (data) => tell(String(data))))
    await expect(run(cases, 'tells text from bytes')).rejects.toThrow('frame 1 is not a Uint8Array')
  })

  test('shares memory', async () => {
    const cases = casesOf(([a, b]) => {
      const shared = Uint8Array.from([1, 2, 3])
      onMessage(b, (tell) => () => tell(shared))
      void a
    })
    await expect(run(cases, 'gives bytes memory of their own')).rejects.toThrow('the next frame')
  })

  test('sees another code', async () => {
    const cases = casesOf(([a]) => {
      const { close } = a
      a.close = (code, reason) => close.call(a, code === 4001 ? 4002 : code, reason)
    })
    await expect(run(cases, 'closes with a code and a reason')).rejects.toThrow('what the other end is told')
  })

  test('throws', async () => {
    const cases = casesOf(([a]) => {
      a.send = () => {
        if (a.state !== 'open') throw new Error('not open')
      }
    })
    const rule = 'never throws from send, close or terminate, whatever the state'
    await expect(run(cases, rule)).rejects.toThrow('send while closing threw Error: not open')
  })

  test('ends twice', async () => {
    const cases = casesOf(([a]) => {
      const { close } = a
      a.close = (code, reason) => {
        close.call(a, code, reason)
        queueMicrotask(() => a.onClose?.(code, reason))
      }
    })
    await expect(run(cases, 'ignores a second close')).rejects.toThrow('calls of onClose at the near end')
  })

  test('has not what it says it has', async () => {
    const cases = casesOf(([a]) => Object.defineProperty(a, 'ping', { value: undefined }))
    await expect(run(cases, 'answers a ping')).rejects.toThrow('there is no ping(): say capabilities.ping = false')
  })
})

test('leaves out what a transport cannot do', () => {
  const none = { terminate: false, ping: false, pause: false, cork: false, drain: false }
  const names = [...casesOf(() => {}, { capabilities: none }).keys()]
  const all = [...casesOf(() => {}).keys()]
  const left = all.filter((name) => !names.includes(name) && name.includes('a to b'))
  expect(left.map((name) => name.slice('broken (a to b): '.length))).toEqual([
    'terminates: both ends see 1006',
    'delivers nothing after terminate from inside onMessage',
    'terminates while closing, and ends once',
    'tells of congestion and of its end',
    'loses nothing over pause and resume',
    'pauses from inside onMessage',
    'holds writes while corked',
    'closes after what was corked',
    'answers a ping',
  ])
})

test('disposes of the pair, well or not', async () => {
  let disposed = 0
  const cases = casesOf(() => {}, {
    createPair: async () => {
      const [a, b] = createTransportPair()
      Object.defineProperty(a, 'protocol', { value: 1 })
      return { a, b, dispose: async () => void disposed++ }
    },
  })
  await expect(run(cases, 'shows the same protocol at both ends')).rejects.toThrow('type of protocol')
  await run(cases, 'carries empty text')
  expect(disposed).toBe(2)
})
