import { element, find } from '../../demo/page/dom.js'
import type { Message } from './message.js'

// What was said, in the order of the history with the offsets there, and below it what waits.

const SHOWN = 300
const TIME = { hour: '2-digit', minute: '2-digit', hour12: false } as const

/** Shows what the room was told. */
export function showSaid(message: Message, offset: number, isMine: boolean): void {
  const time = new Date(message.at ?? 0).toLocaleTimeString([], TIME)
  const item = itemOf(message, `${offset}`, `${time} via ${message.node?.toUpperCase()}`)
  item.classList.toggle('mine', isMine)
  add(item, waitingOf(message))
  for (const old of [...find('messages').children].slice(0, -SHOWN)) old.remove()
}

/** Shows what this tab has said, and no node has taken yet. */
export function showWaiting(message: Message): void {
  const item = itemOf(message, '–', 'not sent yet')
  item.className = 'mine'
  item.dataset.waits = keyOf(message)
  add(item, null)
}

/** Adds one above what waits, in place of `shown`; who reads the last line goes on doing so. */
function add(item: HTMLElement, shown: HTMLElement | null): void {
  const list = find('messages')
  const isFollowing = list.scrollHeight - list.scrollTop - list.clientHeight < 80
  shown?.remove()
  const isWaiting = item.dataset.waits !== undefined
  list.insertBefore(item, isWaiting ? null : list.querySelector('[data-waits]'))
  if (isFollowing) list.scrollTop = list.scrollHeight
}

function itemOf({ from, text, node }: Message, offset: string, detail: string): HTMLElement {
  const number = element('span', offset)
  number.ariaLabel = `offset ${offset}`
  const item = element('li', number, element('b', from), element('small', detail), element('p', text))
  if (node !== undefined) item.dataset.node = node
  return item
}

const keyOf = ({ tab, n }: Message) => `${tab}:${n}`
const waitingOf = (message: Message) =>
  find('messages').querySelector<HTMLElement>(`[data-waits="${CSS.escape(keyOf(message))}"]`)
