import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Payload } from '@wse/protocol'
import { type LinkRequest, NO_PARAMS, type Params } from '../upgrade/link-request.js'

/** What was found out about a request at its upgrade. */
export interface Passed {
  readonly params: Params
  readonly context: Payload
}

/** Where nobody was asked, and the path has no parameters. */
export const PASSED: Passed = { params: NO_PARAMS, context: undefined }

/**
 * The request behind a WebSocket, for as long as that lives. Its headers are kept as one text, which takes a quarter of
 * the memory, and read when they are asked for.
 */
export class KeptRequest implements LinkRequest {
  readonly url: string | undefined
  readonly remoteAddress: string | undefined
  readonly params: Params
  readonly context: Payload
  readonly #headers: string

  constructor(request: IncomingMessage, { params, context }: Passed) {
    this.url = request.url
    this.remoteAddress = request.socket.remoteAddress
    this.params = params
    this.context = context
    this.#headers = JSON.stringify(request.headers)
  }

  get headers(): IncomingHttpHeaders {
    return JSON.parse(this.#headers)
  }
}
