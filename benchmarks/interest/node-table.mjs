/** The interest table of one node, and what it asks of the engine: how many subjects, in how many calls. */
export class NodeTable {
  #table
  asked = { attached: 0, attachCalls: 0, detached: 0, detachCalls: 0 }

  constructor(InterestTable, clock) {
    const answered = Promise.resolve(true)
    const engine = {
      attach: (subjects) => {
        this.asked.attached += subjects.length
        this.asked.attachCalls++
        return answered
      },
      detach: (subjects) => {
        this.asked.detached += subjects.length
        this.asked.detachCalls++
      },
    }
    this.#table = new InterestTable(engine, clock)
  }

  get size() {
    return this.#table.size
  }

  add(subject) {
    this.#table.add(subject)
  }

  remove(subject) {
    this.#table.remove(subject)
  }

  /** Begins to count anew. */
  forget() {
    for (const name of Object.keys(this.asked)) this.asked[name] = 0
  }
}
