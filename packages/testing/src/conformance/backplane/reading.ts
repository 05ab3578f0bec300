import type { Entry, HistoryRead } from '@wse/protocol/backplane'
import { equal, ok } from '../assert.js'
import type { NodeWatch } from './node-watch.js'

/** Items as texts, each with its offset. */
export function texts(items: HistoryRead['items']): string[] {
  return items.map(({ offset, body }) => `${offset} ${String(body)}`)
}

/** What is not complete promises nothing, but says nothing wrong: no holes, and up to the end. */
export function soundItems({ items, top }: HistoryRead): void {
  equal(
    items.map(({ offset }) => offset),
    items.map((_, at) => top.offset - items.length + 1 + at),
    'offsets of what is not complete',
  )
}

/** Entries as texts, in an order of their own. */
export function listed(entries: readonly Entry[] | null): string[] {
  ok(entries !== null, 'it cannot be told who is present')
  return entries.map(({ id, value, node }) => `${id} ${value} ${node}`).sort()
}

/** Who is present on a subject, by what is told to a node. */
export async function present({ backplane }: NodeWatch, subject: string): Promise<string[]> {
  return listed(await backplane.present(subject))
}
