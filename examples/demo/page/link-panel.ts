import { WSE_CLOSE, type WseClient } from '@wse/client'
import { onClick } from './controls.js'
import { find } from './dom.js'
import { onPanel, show, showCalls, showRow, showState } from './panel.js'
import { Talk } from './talk.js'
import { note } from './view.js'

/** Milliseconds for which it shows that the link is back. */
const BACK_SHOWN = 1_500

/** The panel that cuts the link, and shows what becomes of what is on its way. */
export function openLinkPanel(client: WseClient): void {
  const panel = new LinkPanel(client)
  client.when.ready((_, { resumed }) => panel.back(resumed))
  client.when.closed((code) => panel.away(code))
  client.when.retrying(({ delay }) => showState('link-state', 'bad', `Away for ${(delay / 1_000).toFixed(1)} s`))
  client.when.reset(({ reason }) => panel.reset(reason))
  client.when.latency((ms) => show('link-latency', `${Math.max(1, Math.round(ms))} ms`))
}

class LinkPanel {
  readonly #client: WseClient
  readonly #talk: Talk
  readonly #isOpen: () => boolean
  readonly #isOften = find('cut-often', HTMLInputElement)
  #cuts = 0
  #resumed = 0
  #awaySince: number | null = null
  /** Why a session ended with what was on its way, if one did. */
  #doubt = ''
  #nextCut: ReturnType<typeof setTimeout> | undefined

  constructor(client: WseClient) {
    this.#client = client
    this.#talk = new Talk(client, () => this.#show())
    this.#isOpen = onPanel('link-panel', () => this.#toggled())
    this.#isOften.addEventListener('change', () => this.#cutLater())
    onClick('cut', () => this.#cut())
  }

  back(resumed: boolean): void {
    if (resumed) this.#resumed++
    else if (this.#isOpen()) this.#talk.begin()
    const away = this.#awaySince === null ? null : (performance.now() - this.#awaySince) / 1_000
    this.#awaySince = null
    showState('link-state', 'good', away === null ? 'Live' : `Back after ${away.toFixed(1)} s`)
    setTimeout(() => this.#client.status === 'READY' && showState('link-state', 'good', 'Live'), BACK_SHOWN)
    this.#show()
    this.#cutLater()
  }

  away(code: number): void {
    clearTimeout(this.#nextCut)
    if (code === WSE_CLOSE.NORMAL || code >= 4500) return this.#left()
    // Attempts to come back that fail are closed too.
    if (this.#awaySince !== null) return
    this.#awaySince = performance.now()
    this.#cuts++
    this.#show()
  }

  reset(reason: string): void {
    this.#doubt = reason
  }

  #left(): void {
    this.#talk.end()
    this.#cuts = this.#resumed = 0
    this.#awaySince = null
    this.#doubt = ''
  }

  #toggled(): void {
    if (!this.#isOpen()) this.#talk.hush()
    else if (this.#client.status === 'READY') this.#talk.begin()
  }

  /** The server cuts the link in the midst of this call; its answer arrives on the next one. */
  async #cut(): Promise<void> {
    if (this.#client.status === 'READY') await this.#client.call('cut')
  }

  #cutLater(): void {
    clearTimeout(this.#nextCut)
    if (!this.#isOften.checked) return
    this.#nextCut = setTimeout(
      () => this.#cut().catch(({ message }) => note('error', message)),
      300 + Math.random() * 600,
    )
  }

  #show(): void {
    const { numbers, calls } = this.#talk
    const { said, heard, theirs, highest } = numbers
    show('link-cuts', this.#cuts)
    show('link-resumed', this.#resumed)
    showRow('numbers-out', said, theirs.received, theirs.lost, said - theirs.received)
    showRow('numbers-in', highest, heard.received, heard.lost, '–')
    showCalls('double-calls', calls)
    const lost = heard.lost + theirs.lost + calls.lost
    const twice = heard.twice + theirs.twice
    const order = heard.ordered && theirs.ordered ? 'in order' : 'out of order'
    const doubt = this.#doubt && ` A session was lost (${this.#doubt}), and is not counted.`
    const isGood = lost === 0 && twice === 0 && order === 'in order' && doubt === ''
    showState('link-verdict', isGood ? 'good' : 'bad', `${lost} lost, ${twice} twice, ${order}.${doubt}`)
  }
}
