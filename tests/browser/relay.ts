import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/**
 * Joins the two WebSockets that open the same path: what one end sends, says in closing or breaks, the other gets. Two
 * browser ends thereby speak through two ends of `ws`, and see each other as if they spoke directly.
 */
export class Relay {
  readonly #server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  readonly #alone = new Map<string, WebSocket>()

  constructor() {
    this.#server.on('connection', (socket, { url = '/' }) => {
      const other = this.#alone.get(url)
      if (other === undefined) this.#alone.set(url, socket)
      else {
        this.#alone.delete(url)
        join(socket, other)
        join(other, socket)
      }
    })
  }

  async url(): Promise<string> {
    if (this.#server.address() === null) await once(this.#server, 'listening')
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }
}

function join(from: WebSocket, to: WebSocket): void {
  from.on('message', (data, isBinary) => to.send(data, { binary: isBinary }))
  from.on('close', (code, reason) => {
    if (code === 1006) to.terminate()
    else if (code === 1005) to.close()
    else to.close(code, reason)
  })
}
