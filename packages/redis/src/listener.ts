import type { BackplaneHandlers } from '@wse/protocol/backplane'

/** What a node tells, until it is stopped. What a handler throws goes to `failed`, and no further. */
export class Listener implements BackplaneHandlers {
  #handlers: BackplaneHandlers | null = null

  /** From now on these are told. */
  begin(handlers: BackplaneHandlers): void {
    this.#handlers = handlers
  }

  /** Nobody is told anything any more. */
  stop(): void {
    this.#handlers = null
  }

  readonly incoming: BackplaneHandlers['incoming'] = (message) => {
    try {
      this.#handlers?.incoming(message)
    } catch (thrown) {
      this.failed(thrown)
    }
  }

  readonly node: BackplaneHandlers['node'] = (id, became) => {
    try {
      this.#handlers?.node(id, became)
    } catch (thrown) {
      this.failed(thrown)
    }
  }

  readonly state: BackplaneHandlers['state'] = (state, detail) => {
    try {
      this.#handlers?.state(state, detail)
    } catch (thrown) {
      this.failed(thrown)
    }
  }

  readonly gap: BackplaneHandlers['gap'] = (gap) => {
    try {
      this.#handlers?.gap(gap)
    } catch (thrown) {
      this.failed(thrown)
    }
  }

  readonly failed: BackplaneHandlers['failed'] = (error) => {
    try {
      this.#handlers?.failed(error)
    } catch {
      // Who is told of errors fails itself: there is nobody left to tell.
    }
  }
}
