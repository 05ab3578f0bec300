import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

/** What stands between a node and a Redis, and may be cut. */
export class RedisProxy {
  /** Path of its socket. */
  readonly path: string
  readonly #to: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isCut = false

  /** Listens at a path, and leads to another. */
  constructor(path: string, to: string) {
    this.path = path
    this.#to = to
    this.#server = createServer((socket) => this.#take(socket)).listen(path)
  }

  /** Nothing goes through any more, either way. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  /** It leads there again. */
  mend(): void {
    this.#isCut = false
  }

  /** Nothing is left of it. */
  async stop(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #take(socket: Socket): void {
    if (this.#isCut) return void socket.destroy()
    const other = createConnection(this.#to)
    for (const [from, to] of [
      [socket, other],
      [other, socket],
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  }
}
