import type { AbortSignalLike, WseError } from '@wse/protocol'
import { cancelled, onAbort } from '@wse/protocol/internal'

interface Waiter {
  resolve(): void
  reject(error: WseError): void
}

/** Those who wait for the same. */
export class Waiters {
  readonly #all = new Set<Waiter>()

  /** Waits. `subject`: what for, in the error of who is cancelled. @throws {WseError} (by rejection) `RP_CANCELLED` */
  async wait(subject: string, signal: AbortSignalLike | undefined): Promise<void> {
    let leave = () => {}
    try {
      await new Promise<void>((resolve, reject) => {
        if (signal?.aborted) throw cancelled(subject, signal, 'not-sent')
        const waiter = { resolve, reject }
        const off = signal && onAbort(signal, () => reject(cancelled(subject, signal, 'not-sent')))
        this.#all.add(waiter)
        leave = () => {
          off?.()
          this.#all.delete(waiter)
        }
      })
    } finally {
      leave()
    }
  }

  /** It has come. */
  wake(): void {
    for (const { resolve } of [...this.#all]) resolve()
  }

  /** It never will. */
  fail(error: WseError): void {
    for (const { reject } of [...this.#all]) reject(error)
  }
}
