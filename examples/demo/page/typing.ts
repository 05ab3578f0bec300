/** Milliseconds after the last key for which somebody still types. */
const PAUSE = 3_000

/** Knows whether somebody types, and tells when that changes. */
export class Typing {
  #isTyping = false
  #pause: ReturnType<typeof setTimeout> | undefined
  readonly #changed: (isTyping: boolean) => void

  constructor(changed: (isTyping: boolean) => void) {
    this.#changed = changed
  }

  /** This is written so far. */
  typed(text: string): void {
    clearTimeout(this.#pause)
    this.#set(text.trim() !== '')
    if (this.#isTyping) this.#pause = setTimeout(() => this.#set(false), PAUSE)
  }

  #set(isTyping: boolean): void {
    if (isTyping === this.#isTyping) return
    this.#isTyping = isTyping
    this.#changed(isTyping)
  }
}
