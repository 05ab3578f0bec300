/** Keeps the account of calls: each one made is under way until it is answered, or lost. */
export class Calls {
  made = 0
  answered = 0
  lost = 0
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get underWay(): number {
    return this.made - this.answered - this.lost
  }

  /** Follows a call to its end; an answer that is not right is a lost one. */
  async follow<Answer>(call: Promise<Answer>, isRight: (answer: Answer) => boolean): Promise<void> {
    this.made++
    this.#changed()
    const isAnswered = await call.then(isRight, () => false)
    if (isAnswered) this.answered++
    else this.lost++
    this.#changed()
  }
}
