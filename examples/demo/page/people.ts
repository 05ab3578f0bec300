import type { Person } from '@wse/client'
import { element, find } from './dom.js'

// Who is there, as presence tells: users, each with their devices. What a device says of itself can be anything.

/** Shows who is in the room: a person once, however many devices; dimmed if all of them are away. */
export function showPeople(people: readonly Person[]): void {
  const byName = [...people].sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
  const items = byName.map(({ cid, away, devices }) => {
    const count = devices.length === 1 ? '1 device' : `${devices.length} devices`
    const state = away ? `${count}, away` : count
    const item = element('li', element('b', String(cid)), element('span', state), element('small', namesOf(devices)))
    item.dataset.away = String(away)
    item.dataset.devices = String(devices.length)
    return item
  })
  find('people').replaceChildren(...items)
}

/** Shows who of the others is typing. */
export function showTyping(others: readonly Person[]): void {
  const names = others.filter(isTyping).map(nameOf)
  const [first = '', second = ''] = names
  const who =
    names.length > 2 ? `${names.length} people are` : names.length === 2 ? `${first} and ${second} are` : `${first} is`
  find('typing').textContent = names.length === 0 ? '' : `${who} typing …`
}

/** Lists the rooms; `go` is where one wants to be. */
export function listRooms(rooms: readonly { id: string; title: string }[], go: (id: string) => void): void {
  const items = rooms.map(({ id, title }) => {
    const button = element('button', element('b', title), element('span'), element('small'))
    button.dataset.to = id
    button.addEventListener('click', () => go(id))
    return element('li', button)
  })
  find('rooms').replaceChildren(...items)
}

/** Shows which room one is in, and who is in each. The buttons stay: they may be about to be pressed. */
export function showWhere(here: string, people: readonly Person[]): void {
  for (const button of find('rooms').querySelectorAll('button')) {
    const { to } = button.dataset
    const names = people
      .filter(({ devices }) => devices.some(({ state }) => state?.room === to))
      .map(nameOf)
      .sort()
    const [, count, who] = button.children as unknown as HTMLElement[]
    if (count) count.textContent = names.length === 1 ? '1 person' : `${names.length} people`
    if (who) who.textContent = names.join(', ')
    button.ariaCurrent = String(to === here)
  }
}

const nameOf = ({ cid }: Person) => String(cid)
const isTyping = ({ devices }: Person) => devices.some(({ state, away }) => !away && state?.typing === true)

/** Devices by what they call themselves, those of one name once. */
function namesOf(devices: Person['devices']): string {
  const counts = new Map<string, number>()
  for (const { state, away } of devices) {
    const name = `${deviceOf(state)}${away ? ' (away)' : ''}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return Array.from(counts, ([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ')
}

function deviceOf(state: Person['state']): string {
  return typeof state?.device === 'string' ? state.device.slice(0, 40) : 'a device'
}
