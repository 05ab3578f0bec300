import { WSE_CLOSE, WseClient } from '@wse/client'
import { Calls } from './calls.js'
import { onClick } from './controls.js'
import { element, find } from './dom.js'
import { onPanel, showCalls, showState } from './panel.js'
import { note } from './view.js'

/** Milliseconds from call to call; each takes up to 2 s, so that several are always under way. */
const PACE = 300
/** Calls under way beyond which no more are made. */
const MOST_CALLS = 100
const STAYS_SHOWN = 3

/** What a worker says of itself: its name, which run of it this is, and the process that is. */
interface Worker {
  name: string
  run: number
  pid: number
}

/** The panel that restarts the worker under a page that has it work all the time. */
export function openWorkPanel(chat: WseClient, home: string): void {
  const panel = new WorkPanel(chat, `${home}/workers/${Math.random() < 0.5 ? 'a' : 'b'}`)
  const isOpen = onPanel('work-panel', () => panel.wanted(isOpen() && chat.status === 'READY'))
  chat.when.ready(() => panel.wanted(isOpen()))
  chat.when.closed((code) => {
    if (code === WSE_CLOSE.NORMAL || code >= 4500) panel.wanted(false)
  })
}

class WorkPanel {
  readonly #client: WseClient
  readonly #chat: WseClient
  #calls = new Calls(() => this.#show())
  #worker: Worker | null = null
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(chat: WseClient, url: string) {
    this.#chat = chat
    this.#client = new WseClient({ url, re: { floor: 300, base: 1_000, cap: 2_000 } })
    this.#client.when.ready((worker) => this.#at(worker))
    this.#client.when.retrying(() => showState('worker', 'bad', 'Away, on the way back'))
    this.#client.when.error((error) => note('error', error.message))
    onClick('restart', () => this.#restart())
  }

  /** Works for as long as somebody is there to see it. */
  wanted(isWanted: boolean): void {
    if (isWanted === (this.#timer !== undefined)) return
    if (isWanted) {
      this.#calls = new Calls(() => this.#show())
      this.#timer = setInterval(() => this.#work(), PACE)
      this.#client.connect(crypto.randomUUID()).catch(({ message }) => note('error', message))
    } else {
      clearInterval(this.#timer)
      this.#timer = undefined
      this.#client.disconnect()
    }
  }

  #at(worker: Worker): void {
    const hasMoved = worker.pid !== this.#worker?.pid
    this.#worker = worker
    showState('worker', 'good', `Worker ${worker.name.toUpperCase()}, run ${worker.run}`)
    if (!hasMoved) return
    const stays = find('stays')
    stays.append(element('li', `${worker.name.toUpperCase()} ${worker.run}`))
    for (const old of [...stays.children].slice(0, -STAYS_SHOWN)) old.remove()
  }

  #work(): void {
    if (this.#worker === null || this.#calls.underWay >= MOST_CALLS) return
    const n = this.#calls.made
    this.#calls.follow(this.#client.call('work', n, { timeout: 0 }), (answer) => answer.n === n)
  }

  /** The worker asks this page to move to the other one, and ends once all its answers are out. */
  async #restart(): Promise<void> {
    if (this.#worker === null) return
    const { name } = this.#worker
    showState('restart-state', 'busy', `Worker ${name.toUpperCase()} is asked to finish and go …`)
    const done = await this.#chat.call('restart', name, { timeout: 30_000 }).catch(() => false)
    const text = done
      ? `Worker ${name.toUpperCase()} has been started anew.`
      : 'Not now: somebody else is restarting one.'
    showState('restart-state', done ? 'good' : 'bad', text)
  }

  #show(): void {
    const { lost } = this.#calls
    showCalls('work-calls', this.#calls)
    showState('work-verdict', lost === 0 ? 'good' : 'bad', lost === 1 ? '1 call lost.' : `${lost} calls lost.`)
  }
}
