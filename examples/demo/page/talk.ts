import type { WseClient } from '@wse/client'
import { Numbers } from '../numbers.mjs'
import { Calls } from './calls.js'

/** Milliseconds from number to number, and from call to call. */
const NUMBER_PACE = 200
const CALL_PACE = 500
/** Calls under way beyond which no more are made. */
const MOST_CALLS = 100

/**
 * The page's end of the conversation by which it finds out whether anything is lost; the server's is talk.mjs. It talks
 * on as if there always were a link: what is said without one waits, and so do the answers.
 */
export class Talk {
  numbers = new Numbers()
  calls: Calls
  readonly #client: WseClient
  readonly #changed: () => void
  #id = ''
  #timers: ReturnType<typeof setInterval>[] = []

  constructor(client: WseClient, changed: () => void) {
    this.#client = client
    this.#changed = changed
    this.calls = new Calls(changed)
    client.channel.on('number', ({ talk, ...said }) => {
      // What was said in a room that was left does not count here.
      if (talk !== this.#id) return
      this.numbers.hear(said)
      changed()
    })
  }

  /** Begins to count from 1, with a room that knows nothing of it yet. */
  begin(): void {
    this.#stop()
    this.#id = crypto.randomUUID()
    this.numbers = new Numbers()
    this.calls.follow(this.#client.call('talk', this.#id, { timeout: 0 }), () => true)
    this.#timers = [setInterval(() => this.#say(), NUMBER_PACE), setInterval(() => this.#ask(), CALL_PACE)]
  }

  /** Falls silent, and asks the room to. */
  hush(): void {
    if (this.#timers.length === 0) return
    this.#stop()
    this.#client.send('hush')
  }

  /** There is nobody left to talk with. */
  end(): void {
    this.#stop()
    this.calls = new Calls(this.#changed)
  }

  #stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    this.#id = ''
  }

  #say(): void {
    const said = this.numbers.next()
    if (said) this.#client.send('number', { talk: this.#id, ...said })
    this.#changed()
  }

  #ask(): void {
    if (this.calls.underWay >= MOST_CALLS) return
    const n = this.calls.made
    // No time-out: an answer may come as late as the link does.
    this.calls.follow(this.#client.call('double', n, { timeout: 0 }), (answer) => answer === 2 * n)
  }
}
