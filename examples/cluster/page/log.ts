import { element, find } from '../../demo/page/dom.js'

const SHOWN = 30

/** Adds a line to what has happened, the newest first. */
export function note(event: string, what: string): void {
  const list = find('events')
  const time = new Date().toLocaleTimeString([], { hour12: false })
  list.prepend(element('li', element('time', time), element('b', event), element('span', what)))
  for (const old of [...list.children].slice(SHOWN)) old.remove()
}
