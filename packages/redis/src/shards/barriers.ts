/** What stands in front of the number of a barrier, where probes come back as well. */
const KIND = 'b'

/** Who waits until everything has arrived that was published before: something of their own is published behind it. */
export class Barriers {
  readonly #waiting = new Map<string, (passed: boolean) => void>()
  #count = 0

  /** Resolves once what `send` publishes has come back; with `false` if it cannot any more. */
  next(send: (text: string) => void): Promise<boolean> {
    const text = `${KIND}${++this.#count}`
    return new Promise((resolve) => {
      this.#waiting.set(text, resolve)
      send(text)
    })
  }

  /** Something has come back; whether it was a barrier. */
  passed(text: string): boolean {
    if (!text.startsWith(KIND)) return false
    this.#waiting.get(text)?.(true)
    this.#waiting.delete(text)
    return true
  }

  /** Nothing comes back any more. */
  clear(): void {
    for (const resolve of this.#waiting.values()) resolve(false)
    this.#waiting.clear()
  }
}
