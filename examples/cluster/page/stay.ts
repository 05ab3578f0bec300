import type { WseClient } from '@wse/client'
import { find } from '../../demo/page/dom.js'
import { show, showState } from '../../demo/page/panel.js'
import { note } from './log.js'

/** How this tab came to where it is, as people are told. */
const HOWS = {
  new: ['good', 'A new session'],
  resumed: ['good', 'The same session, resumed'],
  moved: ['good', 'Moved before it let go of the old link'],
  reset: ['busy', 'Reset: the old session died with its node'],
} as const
type How = keyof typeof HOWS

/** What a node says of itself. */
interface Served {
  node: string
  pid: number
}

/** Knows which node serves this tab, how long, and how it came there. */
export class Stay {
  readonly #client: WseClient
  readonly #told: (node: string) => void
  #process = 0
  #readies = 0
  #hasLostLink = false
  #moves = 0
  #resumes = 0
  #resets = 0

  /** `told`: called with the name of the node, whenever that is known anew; with none while no node serves this tab. */
  constructor(client: WseClient, told: (node: string) => void) {
    this.#client = client
    this.#told = told
    client.when.closed(() => this.#lost())
    client.when.ready((_, { resumed }) => this.#ready(resumed))
  }

  /** Has the node cut this tab's link; the answer comes over the next one. */
  async cut(): Promise<void> {
    await this.#client.call('cut', undefined, { idempotent: true }).catch(({ message }) => note('cut', message))
  }

  #lost(): void {
    this.#hasLostLink = true
    this.#told('')
    show('served', 'On the way …')
  }

  async #ready(resumed: boolean): Promise<void> {
    const ready = ++this.#readies
    const how = this.#howCame(resumed)
    this.#hasLostLink = false
    if (how === 'resumed') this.#resumes++
    if (how === 'reset') this.#resets++
    const served = await this.#client.call('whoServes').catch(() => null)
    // Lost again meanwhile: the next node will say.
    if (served === null || ready !== this.#readies) return
    this.#show(served, how)
  }

  #howCame(resumed: boolean): How {
    if (this.#readies === 1) return 'new'
    if (resumed) return 'resumed'
    return this.#hasLostLink ? 'reset' : 'moved'
  }

  #show({ node, pid }: Served, how: How): void {
    const hasMoved = this.#process !== pid
    if (hasMoved && this.#process !== 0) this.#moves++
    this.#process = pid
    note('ready', `node ${node}, ${how}`)
    this.#told(node)
    document.body.dataset.node = node
    document.title = `${node.toUpperCase()} · Three nodes, one room`
    show('served', `Node ${node.toUpperCase()}`)
    if (hasMoved)
      find('since').textContent = `since ${new Date().toLocaleTimeString([], { hour12: false })}, process ${pid}`
    show('moves', this.#moves)
    show('resumes', this.#resumes)
    show('resets', this.#resets)
    const [kind, text] = HOWS[how]
    showState('session', kind, text)
  }
}
