import * as WSE_ERROR from '../codes/error.js'
import { toWseError } from '../error/describe.js'
import type { Stamp } from '../frames/envelope.js'
import { Outlet } from '../streams/outlet.js'
import type { PeerHost } from './host.js'

/** Opens the sending end of a stream of call `stamp`, with the credit it begins with. */
export type OpenOutlet = (stamp: Stamp, credit: number) => Outlet

/** The sending ends of one peer's streams, and who among them waits for the session to have room. */
export class Flows {
  readonly #host: PeerHost
  readonly #waiting = new Set<Outlet>()

  constructor(host: PeerHost) {
    this.#host = host
  }

  open(stamp: Stamp, credit: number): Outlet {
    const [host, waiting] = [this.#host, this.#waiting]
    const port = {
      room: () => host.hasRoom,
      most: () => host.itemBytes,
      awaitRoom: (outlet: Outlet) => waiting.add(outlet),
      forget: (outlet: Outlet) => waiting.delete(outlet),
      writeItem: (value: unknown) => host.writeItem(value, stamp),
      failed: (thrown: unknown) => host.failed(toWseError(thrown, WSE_ERROR.RP_EXECUTION_FAILED)),
    }
    return new Outlet(port, credit)
  }

  /** The session may have room again. In turn, so that none takes it all. */
  roomAgain(): void {
    if (this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const outlet of waiting) outlet.wake()
  }
}
