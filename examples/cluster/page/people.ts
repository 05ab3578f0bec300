import type { Person } from '@wse/client'
import { element, find } from '../../demo/page/dom.js'

const NODE = /^[a-z]$/

/** Shows who is in the room, and which node each of their tabs is at; `me` is this one. What devices say can be anything. */
export function showPeople(people: readonly Person[], me: string | number | null): void {
  const byName = [...people].sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
  const items = byName.map((person) => {
    const nodes = person.devices.map(badgeOf)
    const name = element('b', nameOf(person))
    const item = element('li', name, ...(person.cid === me ? [element('span', 'you')] : []), element('div', ...nodes))
    item.dataset.away = String(person.away)
    return item
  })
  find('people').replaceChildren(...items)
}

/** Shows who of the others is typing. */
export function showTyping(others: readonly Person[]): void {
  const names = others
    .filter(({ devices }) => devices.some(({ state, away }) => !away && state?.typing === true))
    .map(nameOf)
  const [first = '', second = ''] = names
  const who =
    names.length > 2 ? `${names.length} people are` : names.length === 2 ? `${first} and ${second} are` : `${first} is`
  find('typing').textContent = names.length === 0 ? '' : `${who} typing …`
}

function badgeOf({ state, away }: Person['devices'][number]): HTMLElement {
  const node = typeof state?.node === 'string' && NODE.test(state.node) ? state.node : ''
  const badge = element('span', node === '' ? '…' : node.toUpperCase())
  badge.className = 'badge'
  badge.dataset.node = node
  badge.dataset.away = String(away)
  badge.title = `${node === '' ? 'on its way' : `at node ${node.toUpperCase()}`}${away ? ', away' : ''}`
  return badge
}

const nameOf = ({ cid }: Person) => String(cid)
