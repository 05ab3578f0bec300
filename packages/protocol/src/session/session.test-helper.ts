import { jsonCodec } from '../codec/json.js'
import type { WseError } from '../error/wse-error.js'
import { FakeClock } from '../fake-clock.test-helper.js'
import { FakeTransport } from '../fake-transport.test-helper.js'
import type { Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { Link } from '../link/link.js'
import type { Data } from '../transport/transport.js'
import { AckTicker } from './ack-ticker.js'
import type { Waiting } from './outbox.js'
import type { SessionOwner, SessionSetup } from './owner.js'
import { Session } from './session.js'

/** Notes what it is told; a test may have it do more. */
export class NotingOwner implements SessionOwner {
  /** Frames of the conversation. */
  readonly got: unknown[][] = []
  /** Everything else, in order. */
  readonly told: unknown[][] = []
  onReceive: (type: string) => void = () => {}
  onRefused: () => void = () => {}
  onCongested: () => void = () => {}
  onExhausted: () => void = () => {}

  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    this.got.push(stamp === undefined ? [type, payload] : [type, payload, stamp])
    this.onReceive(type)
  }

  notice(type: string, payload: Payload): void {
    this.told.push(['notice', type, payload])
  }

  lost(code: number, reason: string): void {
    this.told.push(['lost', code, reason])
  }

  failed(error: WseError): void {
    this.told.push(['failed', error.code])
  }

  refused({ type }: Waiting, { code, details }: WseError): void {
    this.told.push(['refused', type, code, details])
    this.onRefused()
  }

  exhausted(): void {
    this.told.push(['exhausted'])
    this.onExhausted()
  }

  acknowledged(): void {
    this.told.push(['acknowledged'])
  }

  congested(): void {
    this.onCongested()
  }

  drained(): void {
    this.told.push(['drained'])
  }
}

/** One that pings, as a server. */
export class PingingOwner extends NotingOwner {
  ponged(): void {
    this.told.push(['ponged'])
  }
}

/** One that is pinged, as a client. */
export class PingedOwner extends NotingOwner {
  pinged(rtt: number | null): void {
    this.told.push(['pinged', rtt])
  }
}

/** A link and what it runs on. */
export interface Line {
  readonly transport: FakeTransport
  readonly link: Link
  /** Frames written, read. */
  readonly wrote: unknown[]
}

/** One end's session with links a test has in its hand. */
export class Bench<Owner extends NotingOwner = NotingOwner> {
  readonly clock = new FakeClock()
  readonly acks = new AckTicker(this.clock)
  readonly session: Session
  readonly owner: Owner

  constructor(owner: Owner, setup: Partial<SessionSetup> = {}) {
    this.owner = owner
    const bounds = { bytes: 10_000, frames: 100 }
    const all = { codec: jsonCodec, limits: LINK_LIMITS, acks: this.acks, bounds, refuseBeyond: null, ...setup }
    this.session = new Session(all, owner)
  }

  /** A link nobody speaks on yet. */
  line(version: 4 | 5 = 5): Line {
    const transport = new FakeTransport()
    const setup = { codec: jsonCodec, clock: this.clock, limits: LINK_LIMITS }
    const link = new Link(transport, setup, { receive() {}, ended() {}, failed() {} })
    link.version = version
    return {
      transport,
      link,
      get wrote() {
        return transport.sent.map(plain)
      },
    }
  }

  /** A new link, spoken on after an other end that has taken everything up to `received`. */
  bound(received = 0, version: 4 | 5 = 5): Line {
    const line = this.line(version)
    this.session.bind(line.link, received)
    return line
  }
}

/** A bench whose session has begun; `keeps`: it survives its links. */
export function begun(keeps: boolean, setup: Partial<SessionSetup> = {}): Bench {
  const bench = new Bench(new NotingOwner(), setup)
  bench.session.begin(keeps)
  return bench
}

function plain(data: Data): unknown {
  return typeof data === 'string' ? JSON.parse(data) : data
}
