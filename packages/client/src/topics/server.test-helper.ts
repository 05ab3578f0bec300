import { createScriptedPeer, createTestClock, createTransportPair, type ScriptedPeer } from '@wse/testing'
import { WseClient } from '../client.js'
import type { WseClientOptions } from '../options.js'

type Frame = readonly [type: string, payload: unknown, stamp?: number]

/** A client, and a server that says what the test says. */
export class Stage {
  readonly clock = createTestClock()
  readonly client: WseClient
  /** The server's ends of the links that were opened. */
  readonly links: ScriptedPeer[] = []
  readonly errors: string[] = []
  /** What the next links are welcomed with. */
  session: Record<string, unknown> | null = {}
  /** Whether links may be opened. */
  isUp = true

  constructor(options: WseClientOptions = {}) {
    this.client = new WseClient({
      url: 'ws://a.example',
      transport: () => this.#open(),
      clock: this.clock,
      re: true,
      wake: false,
      ...options,
    })
    this.client.when.error((error) => this.errors.push(error.code))
  }

  /** Connects. */
  async connect(): Promise<void> {
    const connecting = this.client.connect('ann')
    await this.clock.advance(100)
    await connecting
  }

  /** The link there is. */
  get link(): ScriptedPeer {
    return this.links.at(-1) as ScriptedPeer
  }

  /** Calls of that name that reached the server on this link, in order. */
  asked(name: string): { readonly payload: never; readonly stamp: number }[] {
    const frames = this.link.received.filter((frame): frame is Frame => Array.isArray(frame) && frame[0] === name)
    return frames.map(([, payload, stamp]) => ({ payload: payload as never, stamp: stamp as number }))
  }

  /** What was asked by the last call of that name. */
  last(name: string): unknown {
    return this.asked(name).at(-1)?.payload
  }

  /** Answers a call, the last of its name on this link. */
  async answer(name: string, payload: unknown, which = -1): Promise<void> {
    const call = this.asked(name).at(which)
    await this.say(['~wse:response', payload, call?.stamp])
  }

  /** Says these in one turn, and lets what they cause happen. */
  async say(...frames: readonly unknown[]): Promise<void> {
    for (const frame of frames) this.link.send(frame)
    await this.clock.settle()
  }

  /** Loses the link, and comes back: to the session there was, or a new one. */
  async comeBack(resumed: boolean): Promise<void> {
    const received = this.link.received.filter((frame) => isCounted(frame)).length
    this.session = resumed ? { resumed: true, token: `t${this.links.length}`, received } : { token: 'fresh' }
    this.link.transport.terminate()
    await this.redial()
  }

  /** Waits for the next link, and no longer: what was asked on it is not answered in time otherwise. */
  async redial(): Promise<void> {
    const { length } = this.links
    for (let ms = 0; ms < 60_000 && this.links.length === length; ms += 50) await this.clock.advance(50)
    await this.clock.settle()
  }

  /** Ends, and says what is left behind. */
  async end(): Promise<Record<string, number>> {
    const leaving = this.client.disconnect()
    await this.clock.advance(10_000)
    await leaving
    const left = Object.entries({ ...this.client.inspect(), timers: this.clock.armed })
    return Object.fromEntries(left.filter(([, count]) => count !== 0))
  }

  #open() {
    const [near, far] = createTransportPair({ clock: this.clock })
    const server = createScriptedPeer(far)
    this.links.push(server)
    server.next().then(
      () => this.isUp && server.welcome(this.session === null ? { version: 4 } : { session: this.session }),
      () => {},
    )
    return near
  }
}

const UNCOUNTED = ['~wse:hi', '~wse:ack', '~wse:pong', '~wse:ping', '~wse:volatile']

/** Whether a frame enters the count of the session. */
function isCounted(frame: unknown): boolean {
  const [type, payload] = frame as Frame
  return !UNCOUNTED.includes(type) && (payload as { volatile?: boolean } | null)?.volatile !== true
}

export const SUBSCRIBE = '~wse:subscribe'
export const UNSUBSCRIBE = '~wse:unsubscribe'
export const PUBLISH = '~wse:publish'
export const PRESENCE = '~wse:presence'

/** An event on a topic. */
export const said = (topic: string, data: unknown, offset?: number) => [
  '~wse:event',
  { topic, event: 'said', data, ...(offset !== undefined && { offset }) },
]

/** Who is on a topic. */
export const members = (topic: string, payload: object) => ['~wse:members', { topic, ...payload }]
