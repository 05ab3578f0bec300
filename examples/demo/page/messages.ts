import { element, find } from './dom.js'
import type { Message } from './message.js'

// What was said in a room: what the server has confirmed, in the order of its history, and below it what waits or was lost.

let me: string | number | null = null

/** Shows an empty room; `cid` is who reads here. */
export function begin(cid: string | number | null): void {
  me = cid
  find('messages').replaceChildren()
}

/** Shows a message; one that is confirmed goes behind all that are. */
export function showMessage(message: Message): void {
  const { at } = message
  if (at === undefined) put(message, 'waiting', 'not sent yet')
  else put(message, 'said', new Date(at).toLocaleTimeString([], { timeStyle: 'short' }))
}

/** A message has been taken; what shows it as said may have been missed. */
export function confirm(message: Message): void {
  const isHere = itemOf(message.id)?.dataset.state === 'waiting'
  if (isHere) showMessage({ ...message, at: Date.now() })
}

/** Shows a message that was lost, or perhaps, and offers to say it again. */
export function showLost(message: Message, label: string, say: () => void): void {
  // Who has left does not say it again.
  if (itemOf(message.id)?.dataset.state !== 'waiting') return
  const again = element('button', 'Say it again')
  again.addEventListener('click', () => {
    find('text').focus()
    say()
  })
  put(message, 'lost', label).append(again)
}

/** Shows that something is missing here, and offers to read what there is. */
export function showGap(text: string, readAgain: () => void): void {
  const again = element('button', 'Read what is kept')
  again.addEventListener('click', readAgain)
  const item = element('li', element('p', text), again)
  item.dataset.state = 'gap'
  add(item)
}

/** Empties the room of what was said before. */
export function showCleared(by: string): void {
  for (const item of items()) if (isSettled(item)) item.remove()
  const item = element('li', element('p', `${by} cleared the room.`))
  item.dataset.state = 'cleared'
  add(item)
}

function put({ id, from, text }: Message, state: 'said' | 'waiting' | 'lost', time: string): HTMLElement {
  const item = element('li', element('b', String(from)), element('time', time), element('p', text))
  item.dataset.id = id
  item.dataset.state = state
  item.classList.toggle('mine', from === me)
  const shown = itemOf(id)
  if (shown && state !== 'said') shown.replaceWith(item)
  else add(item, shown)
  return item
}

/** Adds what is settled above what is not, in place of `shown`; who reads the last line goes on doing so. */
function add(item: HTMLElement, shown?: HTMLElement): void {
  const list = find('messages')
  const isFollowing = list.scrollHeight - list.scrollTop - list.clientHeight < 80
  shown?.remove()
  list.insertBefore(item, isSettled(item) ? (items().find((other) => !isSettled(other)) ?? null) : null)
  if (isFollowing) list.scrollTop = list.scrollHeight
}

const isSettled = ({ dataset: { state } }: HTMLElement) => state !== 'waiting' && state !== 'lost'
const items = () => [...find('messages').children] as HTMLElement[]
const itemOf = (id: string) => items().find((item) => item.dataset.id === id)
