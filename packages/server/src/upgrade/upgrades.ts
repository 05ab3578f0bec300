import type { IncomingMessage } from 'node:http'
import type { Params } from './link-request.js'
import { type UpgradeEnds, type UpgradeHost, UpgradeRun } from './upgrade-run.js'

/** Upgrades the application is being asked about. */
export class Upgrades {
  readonly #runs = new Set<UpgradeRun>()
  readonly #host: UpgradeHost
  #emptied: () => void = () => {}

  constructor(host: UpgradeHost) {
    this.#host = host
  }

  /** Those whose sockets are neither links nor gone. */
  get size(): number {
    return this.#runs.size
  }

  /** Asks about one. */
  ask(request: IncomingMessage, params: Params, remote_addr: string, ends: Omit<UpgradeEnds, 'over'>): void {
    const { socket } = request
    // Gone before it could be asked about: what tells so has happened, and would be waited for in vain.
    if (!socket.readable || !socket.writable) return void socket.destroy()
    const over = () => {
      this.#runs.delete(run)
      if (this.#runs.size === 0) this.#emptied()
    }
    const run = new UpgradeRun(this.#host, request, { ...ends, over })
    this.#runs.add(run)
    run.start(params, remote_addr)
  }

  /** Waits for no hook any more; resolves when every client has its answer. */
  async close(): Promise<void> {
    for (const run of [...this.#runs]) run.close()
    if (this.#runs.size === 0) return
    await new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
  }
}
