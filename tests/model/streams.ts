import type { WseClient, WseError } from '@wse/client'
import type { CallContext, WseServer } from '@wse/server'
import type { Upload } from './journal.js'
import type { Who } from './plan.js'
import type { Theatre } from './theatre.js'

/** Items of a stream that is not broken off. */
const ITEMS = 12

/** A stream, as its reader saw it. */
export interface Streamed {
  readonly n: number
  /** How many items there are, if nothing happens to it. */
  readonly total: number
  /** What was read, in order: 0, 1, 2 and so on. */
  readonly read: number[]
  /** `open`; `whole`, where it came to its end; `stopped`, where its reader stopped; else why it failed. */
  end: 'open' | 'whole' | 'stopped' | WseError
  /** Where it is read; a server that crashed reads no more. */
  readonly by: WseServer | null
}

/** What both ends answer with: items, and a count of those that are sent to them. */
export function answerStreams(theatre: Theatre, end: WseServer | WseClient, by: WseServer | null): void {
  const count = async function* (to: number) {
    for (let i = 0; i < to; i++) yield i
    return to
  }
  const take = async (n: number, { chunks }: CallContext) => {
    const streamed: Streamed = { n, total: ITEMS, read: [], end: 'open', by }
    theatre.journal.streams.push(streamed)
    await read(theatre, streamed, chunks)
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

/** One end asks the other for items, or sends some with a call. */
export function stream(theatre: Theatre, who: Who, kind: 'download' | 'upload', stops: boolean): void {
  const { journal, client } = theatre
  const end = who === 'client' ? client : theatre.live.at(-1)?.conn
  if (end === undefined || (who === 'client' && client.status !== 'READY' && client.status !== 'RE_CONNECTING')) return
  const n = journal.next()
  // Its credit, its end, its answer; its items wait for room, and end no session.
  journal.items += 4
  if (kind === 'download') {
    const by = who === 'client' ? null : (theatre.live.at(-1)?.server ?? null)
    const streamed: Streamed = { n, total: ITEMS, read: [], end: 'open', by }
    journal.streams.push(streamed)
    void read(theatre, streamed, end.stream('count', ITEMS), stops ? ITEMS / 2 : ITEMS)
    return
  }
  const upload: Upload = { n, outcome: 'pending', by: who }
  journal.uploads.push(upload)
  const chunks = Array.from({ length: ITEMS }, (_, i) => i)
  end.call('take', n, { chunks }).then(
    (taken) => {
      upload.outcome = taken
    },
    (error: WseError) => {
      upload.outcome = error
    },
  )
}

async function read(
  { journal }: Theatre,
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

/** Whether everything that flows has come to an end. */
export function streamsAreOver({ journal, home, away }: Theatre): boolean {
  const lives = ({ by }: Streamed) => by === null || by === home || by === away
  const waits = journal.streams.some((streamed) => lives(streamed) && streamed.end === 'open')
  return !waits && journal.uploads.every(({ outcome, by }) => by === 'server' || outcome !== 'pending')
}

/** What must hold of streams in the end: no gap, no double, nothing whole that is not, and an end for each. */
export function checkStreams(theatre: Theatre): void {
  const { journal } = theatre
  if (!streamsAreOver(theatre)) journal.problem('S2: a stream never came to an end')
  for (const { n, total, read, end } of journal.streams) {
    if (end === 'whole' && read.length !== total)
      journal.problem(`S1: stream ${n} ended whole with ${read.length} of ${total}`)
  }
  for (const { n, outcome } of journal.uploads) {
    if (typeof outcome === 'number' && outcome !== ITEMS)
      journal.problem(`S1: upload ${n} was answered with ${outcome}`)
  }
}
