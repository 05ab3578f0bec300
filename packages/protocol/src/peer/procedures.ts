import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import { isApplicationName } from '../frames/envelope.js'

/** What is registered to be called, by name. A `Map`, so that `constructor` and `__proto__` are names like any other. */
export class Procedures<Handler> {
  readonly #handlers = new Map<string, Handler>()

  /** @throws {WseError} `INVALID_NAME`, `RP_ALREADY_REGISTERED`, `INVALID_OPTION` */
  register(name: string, handler: Handler): void {
    checkName(name)
    checkHandler(name, handler)
    if (this.#handlers.has(name)) throw new WseError(WSE_ERROR.RP_ALREADY_REGISTERED, { rpc: name })
    this.#handlers.set(name, handler)
  }

  /** @throws {WseError} `RP_NOT_REGISTERED` */
  unregister(name: string): void {
    if (!this.#handlers.delete(name)) throw new WseError(WSE_ERROR.RP_NOT_REGISTERED, { rpc: name })
  }

  get(name: string): Handler | undefined {
    return this.#handlers.get(name)
  }

  /** Puts another handler in the place of one that is registered. */
  replace(name: string, handler: Handler): void {
    this.#handlers.set(name, handler)
  }
}

/** Refuses a handler that is none. @throws {WseError} `INVALID_OPTION` */
export function checkHandler(name: string, handler: unknown): void {
  if (typeof handler === 'function') return
  throw new WseError(WSE_ERROR.INVALID_OPTION, { rpc: name }, { message: `the handler of ${name} is no function` })
}

/** Refuses a name an application may not send, call or register. @throws {WseError} `INVALID_NAME` */
export function checkName(name: unknown): asserts name is string {
  if (isApplicationName(name)) return
  const message = 'a name is a non-empty string of at most 128 bytes that does not begin with ~wse:'
  throw new WseError(WSE_ERROR.INVALID_NAME, {}, { message })
}
