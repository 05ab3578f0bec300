import type { Clock, Transport, TransportRequest } from '@wse/protocol'
import type { ClientEnv, ServerEnv, WorldOptions } from './options.js'
import { createWorld, type World } from './world.js'

/** Owns transports and writes down what they report. */
class Owner {
  readonly clock: Clock
  readonly transports: Transport[] = []
  readonly seen: string[] = []
  #left: () => void = () => {}
  /** Runs for each frame. */
  react: (data: string, transport: Transport) => void = () => {}

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** The newest. */
  get transport(): Transport {
    const newest = this.transports.at(-1)
    if (newest === undefined) throw new Error('no transport yet')
    return newest
  }

  own(transport: Transport): Transport {
    this.transports.push(transport)
    transport.onOpen = () => this.seen.push('open')
    transport.onMessage = (data) => {
      this.seen.push(String(data))
      this.react(String(data), transport)
    }
    transport.onClose = (code) => {
      this.seen.push(`close ${code}`)
      this.#left()
    }
    transport.onDrain = () => this.seen.push('drain')
    transport.onPong = () => this.seen.push('pong')
    return transport
  }

  async end(): Promise<void> {
    for (const transport of this.transports) transport.close(1000, '')
    while (this.transports.some(({ state }) => state !== 'closed')) {
      await new Promise<void>((resolve) => {
        this.#left = resolve
      })
    }
  }
}

/** A server that answers nothing by itself. */
export class FakeServer extends Owner {
  readonly requests: TransportRequest[] = []

  accept(transport: Transport, request: TransportRequest): void {
    this.requests.push(request)
    this.seen.push('accepted')
    this.own(transport)
  }

  close(): Promise<void> {
    return this.end()
  }
}

/** A client that dials when told to. */
export class FakeClient extends Owner {
  readonly env: ClientEnv

  constructor(env: ClientEnv) {
    super(env.clock)
    this.env = env
  }

  dial(url = this.env.url): Transport {
    return this.own(this.env.transport(url))
  }

  disconnect(): Promise<void> {
    return this.end()
  }
}

/** A world of these. */
export function fakeWorld(options: Partial<WorldOptions<FakeServer, FakeClient>> = {}): World<FakeServer, FakeClient> {
  const server = ({ clock }: ServerEnv) => new FakeServer(clock)
  return createWorld({ server, client: (env) => new FakeClient(env), ...options })
}

/** A world with one of each and an open link; what was seen so far is forgotten. */
export async function openWorld(options: Partial<WorldOptions<FakeServer, FakeClient>> = {}) {
  const world = fakeWorld(options)
  const server = world.server()
  const client = world.client()
  client.dial()
  await world.advance(((options.latency ?? 0) + (options.jitter ?? 0)) * 2)
  await world.settle()
  forget(server, client)
  return { world, server, client, link: world.link(client) }
}

/** Forgets what was seen. */
export function forget(...owners: Owner[]): void {
  for (const { seen } of owners) seen.length = 0
}
