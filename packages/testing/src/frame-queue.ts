import type { Data } from '@wse/protocol'

/** One envelope, or a frame that is none, and the frame it came in. */
export interface Arrived {
  readonly value: unknown
  readonly data: Data
}

interface Waiter {
  resolve(arrived: Arrived): void
  reject(error: Error): void
}

/** Frames that arrived and the promises that wait for some, whichever came first. */
export class FrameQueue {
  #frames: Arrived[] = []
  #waiters: Waiter[] = []
  #end: string | null = null

  put(arrived: Arrived): void {
    const waiter = this.#waiters.shift()
    if (waiter) waiter.resolve(arrived)
    else this.#frames.push(arrived)
  }

  take(): Promise<Arrived> {
    const frame = this.#frames.shift()
    if (frame !== undefined) return Promise.resolve(frame)
    if (this.#end !== null) return Promise.reject(new Error(this.#end))
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }))
  }

  /** Nothing will come any more: whoever waits is told `why`. */
  end(why: string): void {
    this.#end = why
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error(why))
  }
}
