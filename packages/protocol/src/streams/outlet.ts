import { callIsolated } from '../events/listener.js'
import type { Payload } from '../frames/payload.js'
import { pieces } from './pieces.js'

/** What an outlet needs of its peer. */
export interface OutletPort {
  /** Whether the session has room for items now. */
  room(): boolean
  /** Bytes that fit into one item. */
  most(): number
  /** Calls `outlet.wake()` once there is room again. */
  awaitRoom(outlet: Outlet): void
  /** It waits no more. */
  forget(outlet: Outlet): void
  /** Writes an item; returns its size on the wire. @throws {WseError} what cannot be encoded */
  writeItem(value: Payload): number
  /** What was told that nobody wants more failed in its turn. */
  failed(thrown: unknown): void
}

/** The end of a stream that sends items: as far as the other end gave credit, and the session has room. */
export class Outlet {
  readonly #port: OutletPort
  /** Bytes the other end still takes. */
  #credit: number
  /** Whether the other end has begun to take: before it, not even an end is sent. */
  #begun: boolean
  #closed = false
  #waiting: (() => void)[] = []
  #tell: (() => unknown) | null = null

  constructor(port: OutletPort, credit: number) {
    this.#port = port
    this.#credit = credit
    this.#begun = credit > 0
  }

  /** Whether nothing can be sent any more. */
  get closed(): boolean {
    return this.#closed
  }

  /** The other end takes that many bytes more. */
  add(bytes: number): void {
    this.#credit += bytes
    this.#begun = true
    this.wake()
  }

  /** Whoever waits here looks anew. */
  wake(): void {
    for (const look of this.#waiting.splice(0)) look()
  }

  /** Nothing is sent any more, nobody waits, and where the items come from is told so. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#port.forget(this)
    this.wake()
    this.onClose(this.#tell)
  }

  /** `tell`s where the items come from, once, that nobody wants more: now, if that is so already. */
  onClose(tell: (() => unknown) | null): void {
    this.#tell = this.#closed ? null : tell
    if (this.#closed && tell !== null) callIsolated(tell, [], (thrown) => this.#port.failed(thrown))
  }

  /** Resolves once an item may be sent; `false` if the stream is over. */
  async ready(): Promise<boolean> {
    while (!this.#closed && !this.#mayNow()) await this.#change()
    return !this.#closed
  }

  /** Resolves once the other end takes items at all; `false` if the stream is over before. */
  async begun(): Promise<boolean> {
    while (!this.#closed && !this.#begun) await this.#change()
    return !this.#closed
  }

  /** Sends one item, once it may; `false` if the stream is over. @throws {WseError} what cannot be encoded */
  async send(value: Payload): Promise<boolean> {
    for (const piece of value instanceof Uint8Array ? pieces(value, this.#port.most()) : [value]) {
      if (!(await this.ready())) return false
      // Credit may come back before the write is done.
      const size = this.#port.writeItem(piece)
      this.#credit -= size
    }
    return true
  }

  #mayNow(): boolean {
    if (this.#credit <= 0) return false
    if (this.#port.room()) return true
    this.#port.awaitRoom(this)
    return false
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
