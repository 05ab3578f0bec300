import { find } from '../../demo/page/dom.js'
import { showState } from '../../demo/page/panel.js'
import type { Message } from './message.js'

/** Numbers that have to come one after the other. */
class Sequence {
  heard = 0
  missed = 0
  twice = 0

  /** Takes the one behind `last`; undefined if it is the first. Returns the highest so far. */
  take(n: number, last: number | undefined): number {
    this.heard++
    if (last === undefined) return n
    if (n > last) this.missed += n - last - 1
    else this.twice++
    return Math.max(n, last)
  }
}

/** Counts what this tab was told, in two ways: by offsets of the room, and by the numbers of who said it. */
export class Tally {
  readonly #byOffset = new Sequence()
  readonly #byNumber = new Sequence()
  #offset: number | undefined
  readonly #numbers = new Map<string, number>()

  constructor() {
    this.#show()
  }

  heard(offset: number, { tab, n }: Message): void {
    this.#offset = this.#byOffset.take(offset, this.#offset)
    this.#numbers.set(tab, this.#byNumber.take(n, this.#numbers.get(tab)))
    this.#show()
  }

  /** Something is missing. What has offsets shows by itself how much; another history begins anew. */
  gap(isAnother: boolean): void {
    if (!isAnother) return
    this.#offset = undefined
    this.#numbers.clear()
    this.#byOffset.missed++
    this.#show()
  }

  #show(): void {
    showRow('by-offset', this.#byOffset)
    showRow('by-number', this.#byNumber)
    const missed = Math.max(this.#byOffset.missed, this.#byNumber.missed)
    const twice = Math.max(this.#byOffset.twice, this.#byNumber.twice)
    showState('heard-verdict', missed + twice === 0 ? 'good' : 'bad', `${missed} missed, ${twice} twice.`)
  }
}

function showRow(id: string, { heard, missed, twice }: Sequence): void {
  const { cells } = find(id, HTMLTableRowElement)
  for (const [i, count] of [heard, missed, twice].entries()) {
    const cell = cells[i + 1]
    if (cell) cell.textContent = String(count)
  }
}
