import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'

/** Those who wait until everything has been handed to the network. */
export class Drains {
  #waiting: { resolve(): void; reject(error: WseError): void }[] = []

  get size(): number {
    return this.#waiting.length
  }

  /** The next time it is. */
  next(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  resolve(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  /** It never will be. */
  end(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(undrained())
  }
}

/** What is told of a session that ended before everything was handed to the network. */
export function undrained(): WseError {
  return new WseError(WSE_ERROR.CLOSED, {}, { message: 'it ended before everything was handed to the network' })
}
