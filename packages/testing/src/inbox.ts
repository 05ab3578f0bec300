import type { Data } from '@wse/protocol'

/** Hands what arrived to whoever owns the transport: kept until there is somebody, the end last and once. */
export class Inbox {
  onMessage: ((data: Data) => void) | null = null
  onClose: ((code: number, reason: string) => void) | null = null
  paused = false
  #messages: Data[] = []
  #end: readonly [code: number, reason: string] | null = null
  #over = false

  message(data: Data): void {
    this.#messages.push(data)
    this.#hand()
  }

  end(code: number, reason: string): void {
    this.#end ??= [code, reason]
    this.wake()
  }

  /** Forgets the messages nobody took. */
  clear(): void {
    this.#messages = []
  }

  /** Tries again soon: never from inside the owner's own call. */
  wake(): void {
    queueMicrotask(() => this.#hand())
  }

  #hand(): void {
    while (this.#messages.length > 0 && this.onMessage !== null && !this.paused) this.#handMessage(this.onMessage)
    if (this.#end === null || this.onClose === null || this.#over) return
    this.#over = true
    this.#messages = []
    this.onClose(...this.#end)
  }

  #handMessage(onMessage: (data: Data) => void): void {
    try {
      onMessage(this.#messages.shift() as Data)
    } catch (thrown) {
      this.wake()
      throw thrown
    }
  }
}
