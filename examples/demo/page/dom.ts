/** The element with this id. @throws if the page has none, or one of another kind */
export function find<Kind extends HTMLElement = HTMLElement>(id: string, kind?: new () => Kind): Kind {
  const found = document.getElementById(id)
  if (found === null || (kind && !(found instanceof kind))) throw new Error(`the page has no such #${id}`)
  return found as Kind
}

/** A new element. Texts stay texts: nothing anyone types can become markup. */
export function element(tag: string, ...content: (string | Node)[]): HTMLElement {
  const made = document.createElement(tag)
  made.append(...content)
  return made
}
