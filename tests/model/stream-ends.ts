import type { WseClient, WseError } from '@wse/client'
import type { CallContext, WseServer } from '@wse/server'
import type { Journal, Streamed } from './journal.js'

/** Items of a stream that is not broken off. */
export const ITEMS = 12

/** What both ends answer with: items, and a count of those that are sent to them. */
export function answerStreams(journal: Journal, end: WseServer | WseClient, by: WseServer | null): void {
  const count = async function* (to: number) {
    for (let i = 0; i < to; i++) yield i
    return to
  }
  const take = async (n: number, { chunks }: CallContext) => {
    const streamed: Streamed = { n, total: ITEMS, read: [], end: 'open', by }
    journal.streams.push(streamed)
    await read(journal, streamed, chunks)
    return streamed.read.length
  }
  if (by === null) {
    const client = end as WseClient
    client.register('count', count)
    client.register('take', take)
  } else {
    const server = end as WseServer
    server.register('count', (_, to) => count(to))
    server.register('take', (_, n, ctx) => take(n, ctx))
  }
}

/** Reads a stream, `most` items of it at the most, and notes what comes. */
export async function read(
  journal: Journal,
  streamed: Streamed,
  items: AsyncIterator<number>,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await items.next()
      if (streamed.end !== 'open') journal.problem(`S3: stream ${streamed.n} went on after its end`)
      if (done) break
      if (value !== streamed.read.length)
        journal.problem(`S1: stream ${streamed.n} gave ${value} after ${streamed.read}`)
      streamed.read.push(value)
      if (streamed.read.length >= most) {
        streamed.end = 'stopped'
        await items.return?.()
        return
      }
    }
    streamed.end = 'whole'
  } catch (error) {
    streamed.end = error as WseError
  }
}
