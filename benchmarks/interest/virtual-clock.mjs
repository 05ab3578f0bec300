/** A `Clock` whose time is that of a simulation; its timers are kept in a heap, since there are many. */
export class VirtualClock {
  #now = 0
  #count = 0
  #heap = []

  now() {
    return this.#now
  }

  setTimer(run, ms) {
    const timer = { run, due: this.#now + Math.max(0, ms), count: this.#count++ }
    const heap = this.#heap
    let at = heap.length
    for (let up = (at - 1) >> 1; at > 0 && before(timer, heap[up]); up = (at - 1) >> 1) {
      heap[at] = heap[up]
      at = up
    }
    heap[at] = timer
    return timer
  }

  clearTimer(timer) {
    if (timer) timer.run = null
  }

  /** Lets time go on until then, and fires what falls due; what a timer leaves to microtasks is done before the next. */
  async advanceTo(time) {
    while (this.#heap.length > 0 && this.#heap[0].due <= time) {
      const timer = this.#pop()
      this.#now = timer.due
      if (timer.run === null) continue
      timer.run()
      await null
    }
    this.#now = time
  }

  #pop() {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (heap.length === 0) return first
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= heap.length) break
      if (down + 1 < heap.length && before(heap[down + 1], heap[down])) down++
      if (!before(heap[down], last)) break
      heap[at] = heap[down]
      at = down
    }
    heap[at] = last
    return first
  }
}

const before = (one, two) => one.due < two.due || (one.due === two.due && one.count < two.count)

/** The same clock, on which everything takes no time: what lingers for a second is gone in a microsecond. */
export const hastened = (clock) => ({
  now: () => clock.now() * HASTE,
  setTimer: (run, ms) => clock.setTimer(run, ms / HASTE),
  clearTimer: (timer) => clock.clearTimer(timer),
})

const HASTE = 1e6
