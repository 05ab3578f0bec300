import type { WseClient } from '@wse/client'
import type { WseConnection, WseServer, WseServerOptions } from '@wse/server'
import type { Ends } from '../fixtures/ends.js'
import { until } from '../fixtures/listen.js'

/** A client of a house, and its end on the server. */
export interface Guest {
  readonly client: WseClient
  readonly conn: WseConnection
  /** Messages it was sent, in order: `[type, payload]`. */
  readonly heard: [type: string, payload: unknown][]
}

/** A server whose clients are named by their user and their `meta`. */
export async function house(ends: Ends, options: Partial<WseServerOptions> = {}) {
  const { server, url } = await ends.server({ connPerUser: 5, heartbeat: false, ...options })
  return {
    server,
    url,
    /** Lets one in: `meta.device` tells its devices apart. */
    async guest(cid: string, device = 'phone', meta: object = {}): Promise<Guest> {
      const client = ends.client(url, { re: { floor: 10, base: 10 } })
      const heard: Guest['heard'] = []
      for (const type of TYPES) client.channel.on(type, (payload) => heard.push([type, payload]))
      await client.connect(cid, { device, ...meta })
      return { client, conn: deviceOf(server, cid, device), heard }
    },
  }
}

/** Types of messages guests listen to. */
const TYPES = ['news', 'bytes', 'last']

/** The device of a user that calls itself so. */
export function deviceOf(server: WseServer, cid: string, device: string): WseConnection {
  const conns = [...(server.clients.get(cid)?.conns.values() ?? [])]
  const found = conns.find(({ meta }) => meta.device === device)
  if (found === undefined) throw new Error(`${cid} has no ${device}`)
  return found
}

/** Cuts the link of a guest, who comes back once time goes on. */
export async function cut({ client, conn }: Guest): Promise<void> {
  const retrying = client.when.retrying()
  conn.terminate()
  await retrying
  await until(() => conn.state === 'suspended')
}
