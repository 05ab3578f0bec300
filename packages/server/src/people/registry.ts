import { type Payload, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import type { Cid } from './cid.js'
import type { Device } from './device.js'
import { connsOf, enterUser, leaveUser } from './identity.js'
import { deviceOf, type WseConnection, WseIdentity } from './people.js'
import type { Reach } from './target.js'

/** What the registry tells of. */
export interface RegistryEvents {
  joined(client: WseIdentity, meta: Payload): void
  connected(conn: WseConnection): void
  disconnected(conn: WseConnection, code: number, reason: string): void
  left(client: WseIdentity, code: number, reason: string): void
}

/** Who is here: users, each with their connections. Every `connected` gets one `disconnected`, every `joined` one `left`. */
export class Registry {
  /** Users by id. */
  readonly clients: Map<Cid, WseIdentity> = new Map()
  /** What all connections stand on, in the order they came. */
  readonly devices: Set<Device> = new Set()
  /** How users reach their devices, wherever those are. Set by the server before anybody is here. */
  reach!: Reach<WseConnection>
  readonly #events: RegistryEvents
  /** Connections whose `connected` was told, and whose `disconnected` was not. */
  readonly #announced = new WeakSet<WseConnection>()
  /** Users whose `joined` was told, and whose `left` was not. */
  readonly #joined = new WeakSet<WseIdentity>()

  constructor(events: RegistryEvents) {
    this.#events = events
  }

  /** How many connections there are. */
  get connections(): number {
    return this.devices.size
  }

  /** The user `cid`: the one that is here, or one that is about to come. */
  identity(cid: Cid, meta: Payload): WseIdentity {
    return this.clients.get(cid) ?? new WseIdentity(cid, meta, this.reach)
  }

  /** The connections of a user. */
  connsOf(cid: Cid): readonly WseConnection[] {
    const client = this.clients.get(cid)
    return client === undefined ? [] : connsOf(client)
  }

  /** Lets a connection in, for which `leaving` have to go. */
  enter(conn: WseConnection, leaving: readonly WseConnection[], greet: () => void): void {
    const { client } = conn
    const isNew = !this.clients.has(client.cid)
    this.clients.set(client.cid, client)
    enterUser(client, conn)
    this.devices.add(deviceOf(conn))
    // First of all: whatever a listener broadcasts from here on reaches this connection too.
    greet()
    for (const other of leaving) deviceOf(other).close(WSE_CLOSE.DISPLACED, WSE_REASON.CLIENTS_CONCURRENCY)
    // What it was greeted with may have ended it.
    if (!this.devices.has(deviceOf(conn))) return
    if (isNew) {
      this.#joined.add(client)
      this.#events.joined(client, conn.meta)
    }
    // A listener of `joined` may have dropped it again.
    if (!this.devices.has(deviceOf(conn))) return
    this.#announced.add(conn)
    this.#events.connected(conn)
  }

  /** Takes a connection out whose session ended. */
  leave(conn: WseConnection, code: number, reason: string): void {
    const { client } = conn
    if (!this.devices.delete(deviceOf(conn))) return
    leaveUser(client, conn)
    const isLast = connsOf(client).length === 0 && this.clients.get(client.cid) === client
    if (isLast) this.clients.delete(client.cid)
    if (this.#announced.delete(conn)) this.#events.disconnected(conn, code, reason)
    if (isLast && this.#joined.delete(client)) this.#events.left(client, code, reason)
  }
}
