import type { Clock } from '@wse/protocol'
import type { NetworkLink, Place } from './network-link.js'
import type { ServerEnv, WorldServer } from './options.js'
import { Party } from './party.js'

/** What every host of a world shares. */
export interface HostSetup<Server> {
  readonly clock: Clock
  readonly seed: number
  readonly server: (env: ServerEnv, name: string) => Server
}

/** Where all urls of worlds begin. */
const ORIGIN = 'ws://world.test'

/** One url of a world, and the servers that run there, one after the other. */
export class Host<Server extends WorldServer> implements Place {
  readonly name: string
  readonly url: string
  refusing = false
  readonly #setup: HostSetup<Server>
  #server: Server | null = null
  #party: Party | null = null
  #runs = 0

  constructor(name: string, setup: HostSetup<Server>) {
    this.name = name
    this.url = `${ORIGIN}/${encodeURIComponent(name)}`
    this.#setup = setup
  }

  /** Who runs now. */
  get server(): Server | null {
    return this.#server
  }

  get party(): Party | null {
    return this.#party
  }

  get open(): boolean {
    return this.#server !== null && !this.refusing
  }

  start(): Server {
    const { clock, seed, server } = this.#setup
    const party = new Party(this.name, clock, seed, ++this.#runs)
    this.#party = party
    this.#server = server({ clock: party.clock }, this.name)
    return this.#server
  }

  /** Whether a url leads here; a query is the server's to read. */
  isAt(url: string): boolean {
    return url === this.url || url.startsWith(`${this.url}?`)
  }

  admit(link: NetworkLink): void {
    const url = link.url.slice(ORIGIN.length)
    this.#server?.accept(link.server, { headers: {}, url, remoteAddress: link.address })
  }

  vanish(): void {
    this.#party?.vanish()
    this.#party = null
    this.#server = null
  }
}
