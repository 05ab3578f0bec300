import type { Data, Transport } from '@wse/protocol'
import { AckTicker, LINK_LIMITS, Link, type Link as LinkType, Session, type SessionOwner } from '@wse/protocol/internal'
import { jsonCodec, systemClock } from '@wse/protocol/wire'

/** Frames of one measurement. */
const FRAMES = 2_000_000
const ROUNDS = 9

/** A transport that swallows what it is given and brings what it is told to. */
class Sink implements Transport {
  readonly state = 'open'
  readonly protocol = jsonCodec.name
  readonly bufferedAmount = 0
  onOpen = null
  onMessage: ((data: Data) => void) | null = null
  onClose = null
  onDrain = null
  onError = null
  writes = 0
  send(): void {
    this.writes++
  }
  close(): void {}
  terminate(): void {}
}

const owner: SessionOwner = {
  receive() {},
  notice() {},
  lost() {},
  failed() {},
  refused() {},
  exhausted() {},
}

interface Bench {
  readonly session: Session
  readonly link: LinkType
  readonly sink: Sink
}

function bench(keeps: boolean): Bench {
  const sink = new Sink()
  const link = new Link(
    sink,
    { codec: jsonCodec, clock: systemClock, limits: LINK_LIMITS },
    { receive() {}, ended() {}, failed() {} },
  )
  const bounds = { bytes: 262_144, frames: 1_000 }
  const acks = new AckTicker(systemClock)
  const session = new Session({ codec: jsonCodec, limits: LINK_LIMITS, acks, bounds, refuseBeyond: null }, owner)
  session.begin(keeps)
  session.bind(link, 0)
  return { session, link, sink }
}

/** Nanoseconds a frame. */
function time(run: (count: number) => void): number {
  const started = process.hrtime.bigint()
  run(FRAMES)
  return Number(process.hrtime.bigint() - started) / FRAMES
}

const message = { room: 'lobby', from: 'ann', text: 'a message of the usual size, eighty-nine bytes' }
const frame = { data: JSON.stringify(['chat', message]) }

/** Sending: a frame encoded before goes through the session, or straight to the link; acknowledged every 64 frames. */
function sending({ session, link }: Bench, throughSession: boolean): number {
  return time((count) => {
    for (let i = 0; i < count; i++) {
      if (!throughSession) link.writeShared(frame)
      else session.writeShared('chat', frame)
      if (throughSession && session.keeps && i % 64 === 63) session.ledger.acknowledge(session.ledger.sent)
    }
  })
}

/** Taking: what the link decoded goes through the session, or straight to its owner. */
function taking({ session }: Bench, throughSession: boolean): number {
  return time((count) => {
    for (let i = 0; i < count; i++) {
      if (throughSession) session.receive('chat', null, undefined)
      else owner.receive('chat', null, undefined)
    }
  })
}

const median = (numbers: number[]) =>
  numbers.toSorted((one, two) => one - two)[Math.floor(numbers.length / 2)] as number
const rounds = (run: () => number) => median(Array.from({ length: ROUNDS }, run))
const round = (ns: number) => Math.round(ns * 10) / 10

function heapOf(keeps: boolean): number {
  const many = 20_000
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const held = Array.from({ length: many }, () => bench(keeps))
  globalThis.gc?.()
  const after = process.memoryUsage().heapUsed
  return held.length === many ? (after - before) / many : 0
}

const kept = bench(true)
const plain = bench(false)
const sends = {
  link: rounds(() => sending(plain, false)),
  plain: rounds(() => sending(plain, true)),
  kept: rounds(() => sending(kept, true)),
}
const takes = {
  link: rounds(() => taking(plain, false)),
  plain: rounds(() => taking(plain, true)),
  kept: rounds(() => taking(kept, true)),
}
console.log(
  JSON.stringify({
    sendNs: {
      link: round(sends.link),
      session: round(sends.plain),
      kept: round(sends.kept),
      added: round(sends.kept - sends.link),
    },
    takeNs: {
      owner: round(takes.link),
      session: round(takes.plain),
      kept: round(takes.kept),
      added: round(takes.kept - takes.link),
    },
    acksPerFrame: round((kept.sink.writes - ROUNDS * FRAMES) / (ROUNDS * FRAMES)),
    heapBytes: { plain: Math.round(heapOf(false)), kept: Math.round(heapOf(true)) },
  }),
)
