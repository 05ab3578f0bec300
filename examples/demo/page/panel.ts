import type { Calls } from './calls.js'
import { find } from './dom.js'

/** Shows a text, if it is another than before: what did not change need not be read out again. */
export function show(id: string, text: string | number): void {
  const place = find(id)
  if (place.textContent !== String(text)) place.textContent = String(text)
}

/** Shows how something stands, and in the colours of what kind of news that is. */
export function showState(id: string, kind: 'good' | 'bad' | 'busy', text: string): void {
  find(id).dataset.kind = kind
  show(id, text)
}

/** Shows a row of a ledger. */
export function showRow(id: string, made: number, arrived: number, lost: number, underWay: number | string): void {
  const row = find(id, HTMLTableRowElement)
  for (const [i, value] of [made, arrived, underWay, lost].entries()) {
    const cell = row.cells[i + 1]
    if (cell) cell.textContent = String(value)
  }
}

/** Shows the row of a ledger that is about calls. */
export function showCalls(id: string, { made, answered, lost, underWay }: Calls): void {
  showRow(id, made, answered, lost, underWay)
}

/** Tells when a panel is opened or closed; returns whether it is open. */
export function onPanel(id: string, toggled: () => void): () => boolean {
  const panel = find(id, HTMLDetailsElement)
  panel.addEventListener('toggle', toggled)
  return () => panel.open
}
