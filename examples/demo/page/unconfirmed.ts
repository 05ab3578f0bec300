/** A message as this page shows it; without `at` the server has not confirmed it yet. */
export interface Message {
  id: string
  from: string | number | null
  text: string
  at?: number
}

/** What was said here and has not come back from the server: on its way, waiting for a link, or lost with one. */
export class Unconfirmed {
  readonly #messages = new Map<string, Message>()
  #room = ''

  add(message: Message): void {
    this.#messages.set(message.id, message)
  }

  delete(id: string): void {
    this.#messages.delete(id)
  }

  clear(): void {
    this.#messages.clear()
  }

  /** What is still unconfirmed after a welcome to `room`; what was said in another room stays there. */
  after(room: string, known: readonly Message[]): Message[] {
    if (room !== this.#room) this.#messages.clear()
    this.#room = room
    for (const { id } of known) this.#messages.delete(id)
    return [...this.#messages.values()]
  }
}
