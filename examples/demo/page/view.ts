import { element, find } from './dom.js'
import type { Message } from './message.js'

/** Someone here, with the devices they are here with. */
interface Person {
  name: string
  devices: string[]
}

const ROOMS: Record<string, { title: string; other: string }> = {
  lobby: { title: 'The Lobby', other: 'garden' },
  garden: { title: 'The Garden', other: 'lobby' },
}
const STATUS_NAMES: Record<string, string> = { READY: 'Connected', CONNECTING: 'Connecting' }
const EVENTS_SHOWN = 8

let me: string | number | null = null

/** Shows the sign-in, with what went wrong if something did. */
export function showDoor(problem = ''): void {
  find('door').hidden = false
  find('room').hidden = true
  find('sign-in-error').textContent = problem
  find('messages').replaceChildren()
  find('passphrase', HTMLInputElement).value = ''
  find('name', HTMLInputElement).focus()
}

/** Shows a room and what was said in it. */
export function showRoom(room: string, cid: string | number | null, messages: readonly Message[]): void {
  const { title, other } = ROOMS[room] ?? { title: room, other: 'lobby' }
  me = cid
  showMessages(messages, document.body.dataset.room === room)
  document.body.dataset.room = room
  find('room-name').textContent = title
  find('jump').textContent = `Go to the ${other}`
  find('jump').dataset.to = other
  if (!find('room').hidden) return
  find('door').hidden = true
  find('room').hidden = false
  find('text').focus()
}

/**
 * Shows these messages, and of the others only those that are lost, or wait to be sent in the same room. Those shown
 * already stay, so that they are not read out again.
 */
function showMessages(messages: readonly Message[], isSameRoom: boolean): void {
  const ids = new Set(messages.map(({ id }) => id))
  for (const item of items()) {
    const { id = '', state } = item.dataset
    if (!ids.has(id) && state !== 'lost' && !(isSameRoom && state === 'waiting')) item.remove()
  }
  for (const message of messages) if (itemOf(message.id)?.dataset.state !== 'said') showMessage(message)
}

/** Shows a message, in place of itself if it is shown already. */
export function showMessage(message: Message): void {
  const { at } = message
  if (at === undefined) put(message, 'waiting', 'not sent yet')
  else put(message, 'said', new Date(at).toLocaleTimeString([], { timeStyle: 'short' }))
}

/** Shows a message that was lost, or perhaps, and offers to say it again. */
export function showLost(message: Message, label: string, say: (message: Message) => void): void {
  // Who has left does not say it again.
  if (find('room').hidden) return
  const again = element('button', 'Say it again')
  again.addEventListener('click', () => {
    find('text').focus()
    say(message)
  })
  put(message, 'lost', label).append(again)
}

function put({ id, from, text }: Message, state: 'said' | 'waiting' | 'lost', time: string): HTMLElement {
  const list = find('messages')
  const isFollowing = list.scrollHeight - list.scrollTop - list.clientHeight < 80
  const item = element('li', element('b', String(from)), element('time', time), element('p', text))
  item.dataset.id = id
  item.dataset.state = state
  item.classList.toggle('mine', from === me)
  const shown = itemOf(id)
  if (shown) shown.replaceWith(item)
  else list.append(item)
  if (isFollowing) list.scrollTop = list.scrollHeight
  return item
}

const items = () => [...find('messages').children] as HTMLElement[]
const itemOf = (id: string) => items().find((item) => item.dataset.id === id)

/** Empties the room. */
export function showCleared(by: string): void {
  find('messages').replaceChildren(element('li', element('p', `${by} cleared the room.`)))
}

/** Shows who is here: a person once, however many devices. */
export function showPeople(people: readonly Person[]): void {
  const items = people.map(({ name, devices }) => {
    const count = devices.length === 1 ? '1 device' : `${devices.length} devices`
    return element('li', element('b', name), element('span', count), element('small', devices.join(', ')))
  })
  find('people').replaceChildren(...items)
}

/** Shows where the client stands, and how long it waits before it tries again. */
export function showStatus(status: string, retry?: { attempt: number; delay: number }): void {
  const label = find('status')
  label.dataset.status = status
  label.textContent = retry
    ? `Offline, attempt ${retry.attempt} in ${Math.ceil(retry.delay / 1_000)} s`
    : (STATUS_NAMES[status] ?? 'Offline')
  for (const id of ['jump', 'clear']) find(id, HTMLButtonElement).disabled = status !== 'READY'
}

/** Adds a line to what the client tells. */
export function note(event: string, what: string): void {
  const list = find('events')
  list.prepend(element('li', element('b', event), element('span', what)))
  for (const old of [...list.children].slice(EVENTS_SHOWN)) old.remove()
}
