import { type Subscription, WSE_ERROR, WseError } from '@wse/client'
import { note } from './log.js'

/** Milliseconds until what was not answered is said again. */
const AGAIN = 300
/** What would only be refused again. */
const FINAL: readonly string[] = [WSE_ERROR.CLOSED, WSE_ERROR.TOPIC_FORBIDDEN, 'NO_MESSAGE']

interface Said {
  readonly n: number
  readonly text: string
}

/**
 * Says what this tab has to say: in order, one at a time, and until it is certain. A node that is killed may or may not
 * have published what it was given; said again under the same key it is published once.
 */
export class Outbox {
  readonly #topic: Subscription
  readonly #tab: string
  readonly #waiting: Said[] = []
  #isSaying = false
  /** The number of what was said last, what waits included. */
  #last = 0

  constructor(topic: Subscription, tab: string) {
    this.#topic = topic
    this.#tab = tab
  }

  /** How much waits. */
  get size(): number {
    return this.#waiting.length
  }

  /** Says it, now or once that is possible; `done` is called when it was. */
  say(text: string, done: () => void): Said {
    const said = { n: ++this.#last, text }
    this.#waiting.push(said)
    if (!this.#isSaying) void this.#sayAll(done)
    return said
  }

  async #sayAll(done: () => void): Promise<void> {
    this.#isSaying = true
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!(await this.#publish(next))) {
        await new Promise((resolve) => setTimeout(resolve, AGAIN))
        continue
      }
      this.#waiting.shift()
      done()
    }
    this.#isSaying = false
  }

  /** Whether that is settled. */
  async #publish({ n, text }: Said): Promise<boolean> {
    const tab = this.#tab
    try {
      const { repeated } = await this.#topic.publish('said', { tab, n, text }, { key: `${tab}:${n}` })
      if (repeated) note('said', `message ${n} had been published already`)
      return true
    } catch (error) {
      note('said', `message ${n}: ${error instanceof Error ? error.message : error}`)
      return error instanceof WseError && FINAL.includes(error.code)
    }
  }
}
