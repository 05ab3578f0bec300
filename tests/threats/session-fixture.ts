import type { WseConnection, WseServer } from '@wse/server'
import type { HiOptions, ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { idle, until } from '../fixtures/listen.js'

/** What is looked at of `~wse:session`. */
export interface SessionSaid {
  readonly id: string
  readonly cid: string
  readonly resumed: boolean
  readonly received: number
  readonly reason?: string
  readonly token: string
  readonly window: number
}

/** A link made by hand, and what the server said of the session on it. */
export interface Entered {
  readonly peer: ScriptedPeer
  readonly session: SessionSaid
}

/** `~wse:hi` of the one device of `identity` that asks for a session which survives its links. */
export function device(identity: string, attempt = 1) {
  return { identity, instance: `phone of ${identity}`, attempt, keep: true }
}

/** `~wse:hi` of the same device on its next link, with which it wants `session` back. */
export function back(session: SessionSaid, attempt: number, { received = 0, first = 1 } = {}) {
  return { ...device(session.cid, attempt), resume: { token: session.token, received, first } }
}

/** Opens a link, and says `hi` on it. */
export async function enter(ends: Ends, url: string, hi: HiOptions): Promise<Entered> {
  const peer = ends.peer(url)
  const { session } = await peer.greet(hi)
  return { peer, session: session as unknown as SessionSaid }
}

/** The same with a device that is there for the first time. */
export async function arrive(ends: Ends, server: WseServer, url: string, identity = 'ann'): Promise<Entered> {
  const entered = await enter(ends, url, device(identity))
  expect(entered.session).toMatchObject({ cid: identity, resumed: false, received: 0, token: expect.any(String) })
  await handled(server, entered.peer)
  return entered
}

/** Cuts a link; resolves once the server waits for the device. */
export async function lose(server: WseServer, { peer, session }: Entered): Promise<void> {
  peer.transport.terminate()
  await until(() => connBy(server, session.id).state === 'suspended')
}

let barriers = 0

/** Resolves once the server has handled what a peer sent before; counts nothing. */
export function handled(server: WseServer, peer: ScriptedPeer): Promise<void> {
  const name = `barrier ${++barriers}`
  return new Promise((resolve) => {
    server.channel.once(name, () => resolve())
    peer.send(['~wse:volatile', [name]])
  })
}

/** The connection with this `conn_id`. */
export function connBy(server: WseServer, conn_id: string): WseConnection {
  for (const client of server.clients.values()) {
    const conn = client.conns.get(conn_id)
    if (conn !== undefined) return conn
  }
  throw new Error(`there is no connection ${conn_id}`)
}

/** Messages flow both ways, in this very session, and nothing else lay in between. */
export async function expectTalks(server: WseServer, { peer, session }: Entered): Promise<void> {
  const up = new Promise((resolve) => {
    server.channel.once('up', (conn, payload) => resolve([conn.conn_id, payload]))
  })
  peer.send(['up', 'hello'])
  expect(await up).toEqual([session.id, 'hello'])
  expect(connBy(server, session.id).send('down', 'hello')).toBe('sent')
  expect(await peer.next()).toEqual(['down', 'hello'])
}

/** Codes and texts of what a server reports. */
export function errorsOf(server: WseServer): { code: string; details: unknown; text: string }[] {
  const errors: { code: string; details: unknown; text: string }[] = []
  server.when.error((error) => {
    errors.push({ code: error.code, details: error.details, text: `${error} ${JSON.stringify(error)}` })
  })
  return errors
}

/** Whose sessions were told as ended, and why: 'ann window'. */
export function resetsOf(server: WseServer): string[] {
  const resets: string[] = []
  server.when.reset((conn, { reason }) => resets.push(`${conn.cid} ${reason}`))
  return resets
}

/** Lets seconds go by one after the other, each with turns for sockets to bring what they have. */
export async function seconds(ends: Ends, count: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    await ends.clock.advance(1_000)
    await idle(6)
  }
}
