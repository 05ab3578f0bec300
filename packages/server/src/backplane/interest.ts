import type { Clock, Timer } from '@wse/protocol'
import type { Backplane, Subject } from '@wse/protocol/backplane'

/** Milliseconds a subject stays attached that nobody here is interested in: who leaves often comes back. */
const LINGER = 1_000

/** What this node wants of one subject. */
interface Interest {
  /** How many here are interested. */
  count: number
  /** Runs what waits until it is attached, in order; null once it is. */
  waiting: (() => void)[] | null
  /** Since when nobody is interested, on the clock. */
  idleSince: number
}

/**
 * Which subjects this node is attached to: those somebody here is interested in, each once. What a turn asks for is asked
 * for together; what nobody wants any more is given up a second later.
 */
export class InterestTable {
  readonly #backplane: Pick<Backplane, 'attach' | 'detach'>
  readonly #clock: Clock
  readonly #interests = new Map<Subject, Interest>()
  /** Asked for in this turn. */
  #wanted: Subject[] = []
  /** Nobody is interested in these, in the order in which they were given up. */
  readonly #idle = new Set<Subject>()
  #timer: Timer | null = null
  #isOver = false

  constructor(backplane: Pick<Backplane, 'attach' | 'detach'>, clock: Clock) {
    this.#backplane = backplane
    this.#clock = clock
  }

  /** Subjects somebody is interested in, or was until just now. */
  get size(): number {
    return this.#interests.size
  }

  /** Armed timers. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** Whether what is published to a subject arrives here, or is about to. */
  has(subject: Subject): boolean {
    return this.#interests.has(subject)
  }

  /** Whether it is about to, and does not yet. */
  isAttaching(subject: Subject): boolean {
    return this.#interests.get(subject)?.waiting != null
  }

  /** How many here are interested in a subject. */
  count(subject: Subject): number {
    return this.#interests.get(subject)?.count ?? 0
  }

  /** One more is interested. */
  add(subject: Subject): void {
    if (this.#isOver) return
    const known = this.#interests.get(subject)
    if (known !== undefined) {
      known.count++
      this.#idle.delete(subject)
      return
    }
    this.#interests.set(subject, { count: 1, waiting: [], idleSince: 0 })
    if (this.#wanted.push(subject) === 1) Promise.resolve().then(() => this.#attach())
  }

  /** One is not interested any more. */
  remove(subject: Subject): void {
    const interest = this.#interests.get(subject)
    if (interest === undefined || interest.count === 0 || --interest.count > 0) return
    interest.idleSince = this.#clock.now()
    this.#idle.add(subject)
    this.#timer ??= this.#clock.setTimer(() => this.#sweep(), LINGER)
  }

  /**
   * Runs something as soon as what is published to a subject arrives here: at once, where it does or nobody here is
   * interested. What waits runs in order.
   */
  whenAttached(subject: Subject, run: () => void): void {
    const waiting = this.#interests.get(subject)?.waiting
    if (waiting) waiting.push(run)
    else run()
  }

  /** Resolves as soon as what is published to a subject arrives here. */
  attached(subject: Subject): Promise<void> | null {
    if (!this.#interests.get(subject)?.waiting) return null
    return new Promise((resolve) => this.whenAttached(subject, resolve))
  }

  /** Forgets everything, for good; who waits need not any more. */
  clear(): void {
    this.#isOver = true
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
    const waiting = [...this.#interests.values()].flatMap((interest) => release(interest))
    this.#interests.clear()
    this.#idle.clear()
    this.#wanted = []
    for (const run of waiting) run()
  }

  async #attach(): Promise<void> {
    const subjects = this.#wanted
    this.#wanted = []
    if (subjects.length === 0) return
    // Given up and wanted again meanwhile, a subject has another interest, which waits for its own turn.
    const interests = subjects.map((subject) => this.#interests.get(subject))
    // Out of reach, they are attached once it is in reach again, and a gap is told: nobody has to wait for that.
    await this.#backplane.attach(subjects)
    for (const interest of interests) if (interest !== undefined) for (const run of release(interest)) run()
  }

  #sweep(): void {
    this.#timer = null
    const now = this.#clock.now()
    const over: Subject[] = []
    for (const subject of this.#idle) {
      const left = (this.#interests.get(subject)?.idleSince ?? 0) + LINGER - now
      if (left > 0) {
        this.#timer = this.#clock.setTimer(() => this.#sweep(), left)
        break
      }
      this.#idle.delete(subject)
      this.#interests.delete(subject)
      over.push(subject)
    }
    if (over.length > 0) this.#backplane.detach(over)
  }
}

function release(interest: Interest): (() => void)[] {
  const { waiting } = interest
  interest.waiting = null
  return waiting ?? []
}
