import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { parseCookies } from './cookies.js'
import type { Params } from './link-request.js'
import type { UpgradeRequest } from './upgrade.js'

/** Says that nobody waits any more; a signal is made of it for who asks. */
export class Ending {
  #controller: AbortController | null = null
  #reason: Error | null = null

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#reason !== null) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  end(reason: Error): void {
    this.#reason ??= reason
    this.#controller?.abort(reason)
  }
}

/** A request as an `upgrade` hook sees it: what takes work to make is made when it is read. */
export class AskedRequest implements UpgradeRequest {
  readonly params: Params
  readonly remote_addr: string
  readonly #request: IncomingMessage
  readonly #ending: Ending
  #cookies: Readonly<Record<string, string>> | null = null
  #query: URLSearchParams | null = null

  constructor(request: IncomingMessage, params: Params, remote_addr: string, ending: Ending) {
    this.params = params
    this.remote_addr = remote_addr
    this.#request = request
    this.#ending = ending
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers
  }

  get url(): string {
    return this.#request.url ?? '/'
  }

  get origin(): string | undefined {
    return this.headers.origin
  }

  get cookies(): Readonly<Record<string, string>> {
    this.#cookies ??= parseCookies(this.headers.cookie)
    return this.#cookies
  }

  get query(): URLSearchParams {
    const at = this.url.indexOf('?')
    this.#query ??= new URLSearchParams(at < 0 ? '' : this.url.slice(at))
    return this.#query
  }

  get signal(): AbortSignal {
    return this.#ending.signal
  }
}
