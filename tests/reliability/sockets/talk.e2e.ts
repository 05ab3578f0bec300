import type { WseClient } from '@wse/client'
import type { WseConnection, WseServer } from '@wse/server'
import { expect } from 'vitest'

/** What one client and its server tell each other, and whether all of it came. */
export class Talk {
  readonly client: WseClient
  readonly toServer: number[] = []
  readonly toClient: number[] = []
  readonly #user: string
  readonly #server: WseServer
  #saidUp = 0
  #saidDown = 0
  #asked = 0
  readonly #answers: Promise<unknown>[] = []
  resets = 0

  constructor(server: WseServer, client: WseClient, user: string) {
    this.#server = server
    this.client = client
    this.#user = user
    client.channel.on('down', (n) => this.toClient.push(n))
    client.register('twice', (n) => n * 2)
    client.when.reset(() => {
      this.resets++
    })
  }

  /** What servers of such talks answer; `talks` are found by their users. */
  static serve(server: WseServer, talks: ReadonlyMap<unknown, Talk>): void {
    server.channel.on('up', (conn, n) => talks.get(conn.cid)?.toServer.push(n))
    server.register('twice', (_, n) => n * 2)
  }

  /** The connection of the client; it must have one. */
  get conn(): WseConnection {
    const [conn] = this.#server.clients.get(this.#user)?.conns.values() ?? []
    if (conn === undefined) throw new Error(`${this.#user} is not here`)
    return conn
  }

  /** A message and a call each way. */
  say(): void {
    this.client.send('up', this.#saidUp++)
    this.conn.send('down', this.#saidDown++)
    this.#ask(this.client)
    this.#ask(this.conn)
  }

  #ask(end: Pick<WseClient, 'call'>): void {
    const n = this.#asked++
    this.#answers.push(end.call('twice', n, { timeout: 0 }).then((answer) => expect(answer).toBe(n * 2)))
  }

  /** Resolves when every call is answered and every message has come. */
  async over(): Promise<void> {
    await Promise.all(this.#answers)
    const end = performance.now() + 10_000
    const complete = () => this.toServer.length >= this.#saidUp && this.toClient.length >= this.#saidDown
    while (!complete() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(this.toServer).toEqual(Array.from({ length: this.#saidUp }, (_, n) => n))
    expect(this.toClient).toEqual(Array.from({ length: this.#saidDown }, (_, n) => n))
  }
}
