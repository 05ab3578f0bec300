import { element, find } from '../../demo/page/dom.js'
import { note } from './log.js'

/** What is told of a node. */
interface NodeReport {
  name: string
  /** How often it was started. */
  run: number
  state: 'starting' | 'ready' | 'draining' | 'down'
  /** Names this start of it among the others; null while it is not up. */
  id: string | null
  pid: number | null
  connections: number
}

/** What can be done to a node, how that is called, and in which states. */
const ACTIONS = [
  ['kill', 'Kill −9', ['starting', 'ready', 'draining']],
  ['drain', 'Drain', ['ready']],
  ['restart', 'Restart', ['ready', 'draining', 'down']],
] as const

/** Marks the node that serves this tab. */
export interface Nodes {
  mark(node: string): void
}

/** Shows the nodes with their buttons, and follows how they are; `control` is who knows. */
export function openNodes(control: string): Nodes {
  const cards = new Map<string, Card>()
  const source = new EventSource(`${control}/nodes`)
  source.onmessage = ({ data }) => {
    for (const report of JSON.parse(data) as NodeReport[]) {
      let card = cards.get(report.name)
      if (card === undefined) {
        card = new Card(report.name, (action) => press(control, report.name, action))
        cards.set(report.name, card)
      }
      card.show(report)
    }
    mark()
  }
  source.onerror = () => {
    for (const card of cards.values()) card.lost()
  }
  let here = ''
  const mark = () => {
    for (const [name, card] of cards) card.mark(name === here)
  }
  return {
    mark(node) {
      here = node
      mark()
    },
  }
}

async function press(control: string, node: string, action: string): Promise<void> {
  const answer = await fetch(`${control}/nodes/${node}/${action}`, { method: 'POST' }).catch(() => null)
  if (answer?.ok) note(action, `node ${node}`)
  else note(action, `node ${node}: ${answer === null ? 'nobody is there to do it' : 'not now'}`)
}

/** One node on the page. */
class Card {
  readonly #name: string
  readonly #card: HTMLElement
  readonly #state = element('p')
  readonly #count = element('p')
  readonly #facts = element('p')
  readonly #buttons: HTMLButtonElement[]

  constructor(name: string, press: (action: string) => void) {
    this.#name = name
    this.#buttons = ACTIONS.map(([action, label]) => {
      const button = element('button', label) as HTMLButtonElement
      button.type = 'button'
      button.ariaLabel = `${label} node ${name.toUpperCase()}`
      button.addEventListener('click', () => press(action))
      return button
    })
    const actions = element('div', ...this.#buttons)
    actions.className = 'actions'
    this.#state.className = 'state'
    this.#facts.className = 'facts'
    this.#card = element('section', element('h2', name.toUpperCase()), this.#state, this.#count, this.#facts, actions)
    this.#card.className = 'node'
    this.#card.dataset.node = name
    this.#card.ariaLabel = `Node ${name.toUpperCase()}`
    find('nodes').append(this.#card)
  }

  show({ state, id, pid, connections, run }: NodeReport): void {
    if (state !== this.#card.dataset.state) note('node', `${this.#name} is ${state}`)
    this.#card.dataset.state = state
    this.#state.textContent = state
    this.#state.dataset.kind = state === 'ready' ? 'good' : state === 'down' ? 'bad' : 'busy'
    this.#count.textContent = state === 'down' ? '' : connections === 1 ? '1 connection' : `${connections} connections`
    const process = pid === null ? 'no process' : `pid ${pid}`
    this.#facts.replaceChildren(element('span', id ?? ''), element('span', `${process} · start ${run}`))
    for (const [i, [, , states]] of ACTIONS.entries()) {
      const button = this.#buttons[i]
      if (button) button.disabled = !(states as readonly string[]).includes(state)
    }
  }

  /** Nobody tells how it is any more. */
  lost(): void {
    this.#state.textContent = 'unknown'
    this.#state.dataset.kind = 'busy'
    delete this.#card.dataset.state
    for (const button of this.#buttons) button.disabled = true
  }

  /** Whether it serves this tab. */
  mark(isHere: boolean): void {
    this.#card.ariaCurrent = String(isHere)
  }
}
