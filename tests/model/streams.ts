import type { WseError } from '@wse/client'
import type { Streamed, Upload } from './journal.js'
import type { Who } from './plan.js'
import { ITEMS, read } from './stream-ends.js'
import type { Theatre } from './theatre.js'

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
    void read(journal, streamed, end.stream('count', ITEMS), stops ? ITEMS / 2 : ITEMS)
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
