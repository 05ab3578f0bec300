import type { Data, SharedFrame, Transport } from '@wse/protocol'
import { type WseConnection, WseServer } from '@wse/server'

/** A transport that swallows what it is given, and keeps the first frame and a count. */
export class Sink implements Transport {
  readonly state = 'open'
  readonly protocol = 'wse-default-json'
  readonly bufferedAmount = 0
  onOpen = null
  onMessage: ((data: Data) => void) | null = null
  onClose: ((code: number, reason: string) => void) | null = null
  onDrain = null
  onError = null
  writes = 0
  send(): void {
    this.writes++
  }
  sendShared(frames: readonly SharedFrame[]): void {
    this.writes += frames.length
  }
  close(): void {}
  terminate(): void {
    this.onClose?.(1006, '')
  }
}

/** A device that has come in: what is said of it here, and on its wire. */
export interface Device {
  readonly conn: WseConnection
  readonly wire: Sink
  /** Asks by a reserved call. */
  ask(name: string, payload: unknown): void
}

let arrived = 0

/** Lets somebody in, with a session that ends with its link: what is kept for another is not what is measured here. */
export function arrive(server: WseServer): Device {
  const n = arrived++
  const wire = new Sink()
  server.accept(wire, { headers: {} })
  wire.onMessage?.(JSON.stringify(['~wse:hi', { identity: `user ${n}`, v: 5, instance: `i${n}`, attempt: 1 }]))
  const [conn] = server.clients.get(`user ${n}`)?.conns.values() ?? []
  if (conn === undefined) throw new Error('nobody came in')
  let stamp = -1
  return {
    conn,
    wire,
    ask(name, payload) {
      stamp += 2
      wire.onMessage?.(JSON.stringify([name, payload, stamp]))
    },
  }
}

/** A server with as many topics, each with one of a hundred devices on it. */
export function serverWith(topics: number): WseServer {
  const server = new WseServer({
    heartbeat: false,
    limits: { connections: 1e6, unauthenticatedPerAddress: 1e6, messageRate: false },
    identify: ({ identity, accept }) => accept(identity as string),
  })
  server.when.error((error) => {
    throw error
  })
  server.topic('room:{id}', { on: { said: true } })
  server.topic('log:{id}', { history: { size: 100 } })
  const crowd = Array.from({ length: Math.min(topics, 100) }, () => arrive(server).conn)
  for (let n = 0; n < topics; n++) crowd[n % crowd.length]?.subscribe(nameOf(n))
  return server
}

export const nameOf = (n: number) => `room:${n}`
