import type { WseError } from './error/wse-error.js'
import { FakeClock } from './fake-clock.test-helper.js'
import type { Stamp } from './frames/envelope.js'
import type { Payload } from './frames/payload.js'
import { LINK_LIMITS, type LinkLimits } from './limits/link-limits.js'
import type { SendResult } from './link/link.js'
import type { CallContext } from './peer/call-context.js'
import type { Answer, PeerHost } from './peer/host.js'
import { Peer } from './peer/peer.js'

export type Handler = (payload: Payload, ctx: CallContext) => unknown

/** One end: what it wrote, what it was told, and what it answers with. */
export class End implements PeerHost {
  readonly clock: FakeClock
  readonly peer: Peer
  readonly wrote: unknown[][] = []
  readonly messages: unknown[][] = []
  readonly failures: WseError[] = []
  readonly procedures = new Map<string, Handler>()
  /** The other end; null keeps what is written here. */
  other: End | null = null
  /** What becomes of a write, where it does not reach the other end. */
  verdict: SendResult | Error = 'sent'
  recall: (stamp: Stamp) => boolean = () => false
  reserved: (name: string) => Answer | undefined = () => undefined
  hasRoom = true
  itemBytes = Number.POSITIVE_INFINITY
  frameSize = 0

  constructor(
    clock: FakeClock,
    side: 'client' | 'server',
    version: 0 | 4 | 5,
    limits: Partial<LinkLimits> = {},
    timeout = 20_000,
  ) {
    this.clock = clock
    this.peer = new Peer({ side, clock, limits: { ...LINK_LIMITS, ...limits }, timeout }, this)
    this.peer.version = version
  }

  write(type: string, payload: Payload, stamp?: Stamp): SendResult {
    if (this.verdict instanceof Error) throw this.verdict
    if (this.verdict === 'dropped') return 'dropped'
    this.wrote.push(stamp === undefined ? [type, payload] : [type, payload, stamp])
    // What travels is a copy, as between machines.
    this.other?.peer.receive(type, copy(payload), stamp)
    return this.verdict
  }

  writeItem(payload: Payload, stamp: Stamp): number {
    const size = sizeOf(payload)
    if (this.other) this.other.frameSize = size
    this.write('~wse:item', payload, stamp)
    return size
  }

  message(type: string, payload: Payload): void {
    this.messages.push([type, payload])
  }

  procedure(name: string): Handler | undefined {
    return this.procedures.get(name)
  }

  failed(error: WseError): void {
    this.failures.push(error)
  }

  /** The last envelope written. */
  get last(): unknown[] | undefined {
    return this.wrote.at(-1)
  }
}

function copy(payload: Payload): Payload {
  return payload === undefined || payload instanceof Uint8Array
    ? payload
    : JSON.parse(JSON.stringify(payload) ?? 'null')
}

/** What an item counts here. */
export function sizeOf(payload: Payload): number {
  return payload instanceof Uint8Array ? payload.length : (JSON.stringify(payload) ?? '').length
}

/** A client's and a server's peer, wired to each other without anything between them. */
export function twoPeers(version: 4 | 5 = 5): { clock: FakeClock; client: End; server: End } {
  const clock = new FakeClock()
  const client = new End(clock, 'client', version)
  const server = new End(clock, 'server', version)
  client.other = server
  server.other = client
  return { clock, client, server }
}
