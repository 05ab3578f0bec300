import type { Clock, Timer } from '@wse/protocol'
import type {
  Backplane,
  BackplaneHandlers,
  Cursor,
  Gap,
  Incoming,
  NodeId,
  PublishResult,
  Receipt,
} from '@wse/protocol/backplane'

/** Something that is told later. `isAnswer`: somebody waits for it, whatever happens. */
interface Later {
  readonly run: () => void
  readonly isAnswer: boolean
}

/** What is told in order, each a while after it happened. */
class Line {
  readonly #clock: Clock
  readonly #lag: () => number
  readonly #waiting = new Map<Later, Timer>()
  #free = 0

  constructor(clock: Clock, lag: () => number) {
    this.#clock = clock
    this.#lag = lag
  }

  push(later: Later): void {
    this.#free = Math.max(this.#free, this.#clock.now() + this.#lag())
    const tell = () => {
      this.#waiting.delete(later)
      later.run()
    }
    this.#waiting.set(later, this.#clock.setTimer(tell, this.#free - this.#clock.now()))
  }

  /** Nothing is told any more; who waits for an answer gets it now. */
  end(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const [{ run, isAnswer }, timer] of waiting) {
      this.#clock.clearTimer(timer)
      if (isAnswer) run()
    }
  }
}

/**
 * A node of a hub that is far from it: what arrives, and what is answered, comes later, on two ways. So one of them may
 * overtake the other, as with an engine that has a link for each.
 */
export function lagging(node: Backplane, clock: Clock, lag: () => number): Backplane {
  const arrivals = new Line(clock, lag)
  const answers = new Line(clock, lag)
  const taken: Record<NodeId, number> = {}
  let published = 0
  let isOver = false

  const answered = <Answer>(asked: Promise<Answer>): Promise<Answer> =>
    new Promise((resolve) => {
      void asked.then((answer) => {
        if (isOver) resolve(answer)
        else answers.push({ run: () => resolve(answer), isAnswer: true })
      })
    })
  const told = (run: () => void) => arrivals.push({ run, isAnswer: false })
  const end = () => {
    isOver = true
    arrivals.end()
    answers.end()
  }

  return {
    node: node.node,
    get state() {
      return node.state
    },
    get nodes() {
      return node.nodes
    },
    get stats() {
      return node.stats
    },
    start: (handlers) => node.start(handlersOf(handlers, told, taken)),
    close() {
      end()
      return node.close()
    },
    attach: (subjects) => answered(node.attach(subjects)),
    detach: (subjects) => node.detach(subjects),
    publish(subject, body, setup, receipt) {
      const later =
        receipt &&
        receiptOf(
          receipt,
          (run) => answers.push({ run, isAnswer: true }),
          () => isOver,
        )
      published = node.publish(subject, body, setup, later)
      return published
    },
    cursor: (): Cursor => ({ ...taken, [node.node]: published }),
    // All that arrived before it has to be taken before it.
    barrier: (subject) =>
      new Promise((resolve) => {
        void node.barrier(subject).then((passed) => {
          if (isOver) resolve(false)
          else arrivals.push({ run: () => resolve(passed && !isOver), isAnswer: true })
        })
      }),
    history: (subject, since) => answered(node.history(subject, since)),
    tops: (subjects) => answered(node.tops(subjects)),
    enter: (subject, entries) => answered(node.enter(subject, entries)),
    leave: (subject, ids) => node.leave(subject, ids),
    present: (subject) => answered(node.present(subject)),
    claim: (...fence) => answered(node.claim(...fence)),
    keep: (...fence) => answered(node.keep(...fence)),
    drop: (...fence) => answered(node.drop(...fence)),
  }
}

function receiptOf(receipt: Receipt, later: (run: () => void) => void, isOver: () => boolean): Receipt {
  return {
    settle(result: PublishResult) {
      if (isOver()) receipt.settle(result)
      else later(() => receipt.settle(result))
    },
  }
}

function handlersOf(
  handlers: BackplaneHandlers,
  told: (run: () => void) => void,
  taken: Record<NodeId, number>,
): BackplaneHandlers {
  return {
    incoming: (message: Incoming) =>
      told(() => {
        taken[message.from] = message.seq
        handlers.incoming(message)
      }),
    node: (id, became) => told(() => handlers.node(id, became)),
    state: (state, detail) => told(() => handlers.state(state, detail)),
    gap: (gap: Gap) => told(() => handlers.gap(gap)),
    failed: (error) => handlers.failed(error),
  }
}
