import { element, find } from './dom.js'

const STATUS_NAMES: Record<string, string> = { READY: 'Connected', CONNECTING: 'Connecting' }
const EVENTS_SHOWN = 8

/** Shows the sign-in, with what went wrong if something did. */
export function showDoor(problem = ''): void {
  find('door').hidden = false
  find('room').hidden = true
  find('sign-in-error').textContent = problem
  find('messages').replaceChildren()
  find('passphrase', HTMLInputElement).value = ''
  find('name', HTMLInputElement).focus()
}

/** Shows the room one is in, without what is said there. */
export function showRoom(id: string, title: string): void {
  document.body.dataset.room = id
  find('room-name').textContent = `The ${title}`
  if (!find('room').hidden) return
  find('door').hidden = true
  find('room').hidden = false
  find('text').focus()
}

/** Shows by which door one has come, and offers the other. */
export function showDoorway(url: string): void {
  const door = url.split('/').at(-1) ?? ''
  const other = door === 'east' ? 'west' : 'east'
  find('doorway').textContent = `by the ${door} door`
  find('jump').textContent = `Jump to the ${other}`
  find('jump').dataset.to = other
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
