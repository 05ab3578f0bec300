import type { WseError } from '@wse/protocol'
import {
  type Answer,
  Handling,
  IncomingCall,
  LINK_LIMITS,
  Peer,
  type PeerHost,
  type RunningCall,
} from '@wse/protocol/internal'
import { systemClock } from '@wse/protocol/wire'

/** What middleware adds to a call: the same calls are answered by a peer, with layers around their handler and without. */

const CALLS = 500_000
const ROUNDS = 9

type Handler = (payload: unknown, call: RunningCall) => unknown

/** A peer that answers, and forgets what it writes. */
function answering(depth: number): Peer {
  const handling = new Handling<Handler, IncomingCall, never, undefined>({
    clock: systemClock,
    log: null,
    contextOf: ([payload, call]) => new IncomingCall(call as unknown as RunningCall, payload),
    invoke: (handler, ctx) => handler(ctx.payload, ctx as never),
    deliver() {},
    connOf: () => undefined,
    failed(error: WseError) {
      throw error
    },
  })
  const layer = (_: unknown, next: () => unknown) => next()
  handling.register('add', () => 3, depth === 0 ? undefined : { use: Array.from({ length: depth }, () => layer) })
  const host: PeerHost = {
    write: () => 'sent',
    writeItem: () => 0,
    hasRoom: true,
    itemBytes: 0,
    frameSize: 0,
    message() {},
    procedure: (name): Answer | undefined => {
      const handler = handling.procedures.get(name)
      return handler && ((payload, call) => handler(payload, call))
    },
    failed(error) {
      throw error
    },
  }
  const peer = new Peer({ side: 'server', clock: systemClock, limits: LINK_LIMITS, timeout: 0 }, host)
  peer.version = 5
  return peer
}

/** Nanoseconds a call. */
function time(peer: Peer): number {
  const payload = { a: 1, b: 2 }
  const started = process.hrtime.bigint()
  for (let n = 0; n < CALLS; n++) peer.receive('add', payload, 2 * n + 1)
  return Number(process.hrtime.bigint() - started) / CALLS
}

const median = (numbers: number[]) =>
  numbers.toSorted((one, two) => one - two)[Math.floor(numbers.length / 2)] as number

const depths = [0, 1, 3, 10]
const peers = depths.map(answering)
const times: number[][] = depths.map(() => [])
// In turns, so that what the machine does meanwhile falls on all of them.
for (let round = 0; round < ROUNDS; round++) for (const [i, peer] of peers.entries()) times[i]?.push(time(peer))
const ns = times.map(median)
const base = ns[0] as number
console.log(
  JSON.stringify({
    callNs: Math.round(base),
    addedNs: Object.fromEntries(depths.map((depth, i) => [depth, Math.round((ns[i] as number) - base)])),
  }),
)
