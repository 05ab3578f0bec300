import type { Clock, Timer } from '@wse/protocol'

/** What attempts are made with. */
export interface AttemptsSetup<Key> {
  readonly clock: Clock
  /** How many are under way at once. */
  readonly most: number
  /** Milliseconds after which one that came to nothing is made again. */
  readonly pause: number
  /** Whether there is any point in it now. */
  isWorthIt(): boolean
  /** Makes one; resolves with whether it is done. Never rejects. */
  run(key: Key): Promise<boolean>
}

/** Does something for each of many, so many at once; what came to nothing is done again after a pause. */
export class Attempts<Key> {
  readonly #setup: AttemptsSetup<Key>
  /** Those that wait for their turn. */
  readonly #waiting = new Set<Key>()
  /** Those that came to nothing. */
  readonly #failed = new Set<Key>()
  #underWay = 0
  #timer: Timer | null = null
  #isOver = false

  constructor(setup: AttemptsSetup<Key>) {
    this.#setup = setup
  }

  /** Timers armed. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** Makes one as soon as there is room. What waits already waits once; what is under way is made again. */
  make(key: Key): void {
    if (this.#isOver) return
    this.#failed.delete(key)
    this.#waiting.add(key)
    this.#go()
  }

  /** Makes one after the pause. */
  makeLater(key: Key): void {
    if (this.#isOver || this.#waiting.has(key)) return
    this.#failed.add(key)
    this.#timer ??= this.#setup.clock.setTimer(() => this.#again(), this.#setup.pause)
  }

  /** One is of no interest any more. */
  forget(key: Key): void {
    this.#waiting.delete(key)
    this.#failed.delete(key)
  }

  /** None is made any more. */
  stop(): void {
    this.#isOver = true
    this.#waiting.clear()
    this.#failed.clear()
    this.#setup.clock.clearTimer(this.#timer)
    this.#timer = null
  }

  #go(): void {
    for (const key of this.#waiting) {
      if (this.#underWay >= this.#setup.most) return
      this.#waiting.delete(key)
      this.#underWay++
      void this.#setup.run(key).then((isDone) => this.#made(key, isDone))
    }
  }

  #made(key: Key, isDone: boolean): void {
    this.#underWay--
    if (!isDone) this.makeLater(key)
    this.#go()
  }

  #again(): void {
    this.#timer = null
    const failed = [...this.#failed]
    this.#failed.clear()
    const again = this.#setup.isWorthIt() ? this.#waiting : null
    for (const key of failed) again === null ? this.makeLater(key) : again.add(key)
    this.#go()
  }
}
