import type { WseConnection, WseServer } from '@wse/server'
import type { ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'
import { turn } from '../../packages/testing/src/turn.js'
import type { Ends } from '../fixtures/ends.js'
import { connOf, until } from '../fixtures/listen.js'

/** A message of 64 KiB. */
export const LARGE = 'x'.repeat(64 * 1_024)

/** Messages after which any kernel has taken all it will. */
const ENDLESS = 2_000

/** A client that stops reading when a test says so, and notes what it reads. */
export class Reader {
  readonly conn: WseConnection
  readonly peer: ScriptedPeer

  constructor(peer: ScriptedPeer, conn: WseConnection) {
    this.peer = peer
    this.conn = conn
  }

  /** One that is let in by `server` as `cid`. */
  static async enter(ends: Ends, server: WseServer, url: string, cid: string, hi: object = {}): Promise<Reader> {
    const peer = ends.peer(url)
    await peer.greet({ identity: cid, ...hi })
    return new Reader(peer, connOf(server, cid))
  }

  stop(): void {
    this.peer.transport.pause?.()
  }

  go(): void {
    this.peer.transport.resume?.()
  }

  /** Stops reading, and is sent, a message a turn, until it is congested. */
  async congest(bytes = 256 * 1_024): Promise<number> {
    this.stop()
    let sent = 0
    while (this.conn.buffered <= bytes && sent < ENDLESS) {
      this.conn.send('fill', LARGE)
      sent++
      await turn()
    }
    expect(this.conn.buffered).toBeGreaterThan(bytes)
    return sent
  }

  /** What came of these types, as type and payload. */
  got(...types: string[]): unknown[] {
    return this.peer.received.filter((frame) => Array.isArray(frame) && types.includes(frame[0]))
  }

  /** Resolves when that many of a type came. */
  async hears(count: number, type: string): Promise<void> {
    await until(() => this.got(type).length >= count)
  }
}
