import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { TransportRequest } from '@wse/protocol'

/**
 * The request behind a WebSocket, for as long as that lives. Its headers are kept as one text, which takes a quarter of
 * the memory, and read when they are asked for.
 */
export class UpgradeRequest implements TransportRequest {
  readonly url: string | undefined
  readonly remoteAddress: string | undefined
  readonly #headers: string

  constructor(request: IncomingMessage) {
    this.url = request.url
    this.remoteAddress = request.socket.remoteAddress
    this.#headers = JSON.stringify(request.headers)
  }

  get headers(): IncomingHttpHeaders {
    return JSON.parse(this.#headers)
  }
}
