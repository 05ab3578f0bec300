import type { WseConnection, WseServer } from '@wse/server'
import type { ScriptedPeer } from '@wse/testing'
import type { Ends } from '../fixtures/ends.js'
import { connOf, until } from '../fixtures/listen.js'

type Frame = [type: string, payload: never, stamp?: number]

/** A client by hand: asks by reserved calls, and keeps what it is told. */
export class Subscriber {
  readonly peer: ScriptedPeer
  readonly conn: WseConnection
  /** What is said of its session. */
  readonly token: string | undefined
  #stamp = 1

  constructor(peer: ScriptedPeer, conn: WseConnection, token: string | undefined) {
    this.peer = peer
    this.conn = conn
    this.token = token
  }

  static async enter(ends: Ends, server: WseServer, cid: string, hi: object = {}): Promise<Subscriber> {
    const peer = ends.peer(ends.urlOf(server))
    const { session } = await peer.greet({ identity: cid, ...hi })
    const conns = [...(server.clients.get(cid)?.conns.values() ?? [])]
    return new Subscriber(peer, conns.at(-1) ?? connOf(server, cid), session?.token as string | undefined)
  }

  /** Asks, and resolves with the result, or the error as `{ error }`. */
  async ask(name: string, payload: unknown): Promise<unknown> {
    const stamp = this.#stamp
    this.#stamp += 2
    this.peer.send([name, payload, stamp])
    const answer = () => this.#frames().find(([type, , of]) => type.startsWith('~wse:response') && of === stamp)
    await until(() => answer() !== undefined)
    const [type, value] = answer() as Frame
    return type === '~wse:response' ? value : { error: value }
  }

  subscribe(...wanted: (string | object)[]): Promise<unknown> {
    return this.ask(
      '~wse:subscribe',
      wanted.map((one) => (typeof one === 'string' ? { topic: one } : one)),
    )
  }

  publish(topic: string, event: string, data?: unknown, more: object = {}): Promise<unknown> {
    return this.ask('~wse:publish', { topic, event, ...(data === undefined ? {} : { data }), ...more })
  }

  /** The events that came, as `[topic, event, data, offset]`, without what is absent at the end. */
  get events(): unknown[] {
    return this.#told('~wse:event').map(({ topic, event, data, offset }) => {
      const all = [topic, event, data ?? null, offset]
      return offset === undefined ? all.slice(0, data === undefined ? 2 : 3) : all
    })
  }

  /** What it was told of who is there. */
  get members(): Record<string, unknown>[] {
    return this.#told('~wse:members')
  }

  /** Resolves when that many events came. */
  async hears(count: number): Promise<unknown[]> {
    await until(() => this.events.length >= count)
    return this.events
  }

  #frames(): Frame[] {
    return this.peer.received.filter((frame) => Array.isArray(frame)) as Frame[]
  }

  #told(name: string): Record<string, unknown>[] {
    return this.#frames()
      .filter(([type]) => type === name)
      .map(([, payload]) => payload)
  }
}

/** What a refused subscription is answered. */
export const refused = (code: string) => [{ error: { code } }]
