import type { Codec } from '../codec/codec.js'
import { utf8Length } from '../codec/utf8.js'
import type { Data, Flushable, SharedFrame, Transport } from '../transport/transport.js'

/** Characters of a batch: more in one frame gain nothing, and the other end can begin only once it has all of it. */
const BATCH_CHARS = 16_384
/** Characters from which an envelope gains nothing by company: to join texts is to copy them. */
const LARGE = 2_048

/** What waits for the end of its turn: an envelope that may be joined with others, or a frame as it is. */
type Waiting = Data | SharedFrame

/** What leaves: a frame that was made here, or a run of frames that others may be sent, too. */
type Leaving = Data | SharedFrame[]

/**
 * What one link sends in one turn, in as few frames and writes as can be: envelopes are joined into batches, and what
 * is still more than one frame leaves in one write. On a transport without turns everything leaves at once.
 */
export class Outgoing implements Flushable {
  readonly #transport: Transport
  readonly #setup: { readonly codec: Codec }
  /** Largest batch, in characters; 0 while envelopes may not be joined. */
  #most = 0
  /** Most turns send one thing only: the list is for the others. */
  #first: Waiting | null = null
  #rest: Waiting[] | null = null
  #size = 0
  #armed = false
  #corks = 0

  /** The codec of `setup` is read when it is needed: it may not be agreed on yet. */
  constructor(transport: Transport, setup: { readonly codec: Codec }) {
    this.#transport = transport
    this.#setup = setup
  }

  /** From now on envelopes may be joined, where the codec can: never to more than `bytes`. */
  join(bytes: number): void {
    if (this.#setup.codec.join) this.#most = Math.min(BATCH_CHARS, Math.floor(bytes / 3))
  }

  /** Characters and bytes that the transport was not given yet. */
  get size(): number {
    return this.#size
  }

  /** Bytes that the transport was not given yet. */
  get bytes(): number {
    return this.#all().reduce<number>((sum, item) => sum + bytesIn(item), 0)
  }

  /** Sends one envelope, with others if that can be. */
  add(data: Data): void {
    // What was said before there were batches stands in none.
    if (this.#most === 0) this.addFrame({ data })
    else if (this.#waits) this.#wait(data, data.length)
    else this.#transport.send(data)
  }

  /** Sends one frame as it is; to one link, or to others, too. */
  addFrame(frame: SharedFrame): void {
    if (this.#waits) this.#wait(frame, frame.data.length)
    else this.#send([frame])
  }

  /** Sends one frame now, after all that came before it. */
  write(data: Data, compress?: boolean): void {
    this.release()
    this.#transport.send(data, compress)
  }

  /** From now on everything waits, even where a transport has no turns. */
  cork(): void {
    this.#corks++
  }

  /** Lets go of everything, once there were as many of them as {@link cork}. */
  uncork(): void {
    if (--this.#corks === 0) this.release()
  }

  /** The turn is over. */
  flush(): void {
    this.#armed = false
    this.release()
  }

  /** Lets go of everything now. */
  release(): void {
    const first = this.#first
    if (first === null) return
    if (this.#rest === null) {
      this.#empty()
      return this.#send(isData(first) ? first : [first])
    }
    const leaving = this.#joined(this.#all())
    this.#empty()
    if (leaving.length === 1 && this.#isOneWrite(leaving[0] as Leaving)) return this.#send(leaving[0] as Leaving)
    this.#transport.cork?.()
    for (const one of leaving) this.#send(one)
    this.#transport.uncork?.()
  }

  get #waits(): boolean {
    return this.#transport.afterTurn !== undefined || this.#corks > 0
  }

  #wait(item: Waiting, size: number): void {
    if (this.#first === null) this.#first = item
    else if (this.#rest === null) this.#rest = [item]
    else this.#rest.push(item)
    this.#size += size
    if (this.#armed || this.#corks > 0) return
    this.#armed = true
    this.#transport.afterTurn?.(this)
  }

  #all(): readonly Waiting[] {
    return this.#first === null ? [] : [this.#first, ...(this.#rest ?? [])]
  }

  #empty(): void {
    this.#first = null
    this.#rest = null
    this.#size = 0
  }

  /** The same in fewer frames and runs: neighbours that may be joined are. */
  #joined(waiting: readonly Waiting[]): Leaving[] {
    const leaving: Leaving[] = []
    let run: SharedFrame[] | null = null
    let batch: string[] = []
    let room = this.#most
    const endBatch = () => {
      if (batch.length > 0) leaving.push((batch.length > 1 ? this.#setup.codec.join?.(batch) : batch[0]) as string)
      batch = []
      room = this.#most
    }
    for (const item of waiting) {
      if (typeof item === 'string' && item.length <= LARGE) {
        // Two brackets around, a comma after each.
        if (item.length + 2 > room) endBatch()
        batch.push(item)
        room -= item.length + 1
        run = null
        continue
      }
      endBatch()
      if (isData(item)) {
        run = null
        leaving.push(item)
      } else if (run !== null) run.push(item)
      else {
        run = [item]
        leaving.push(run)
      }
    }
    endBatch()
    return leaving
  }

  #send(leaving: Leaving): void {
    if (!Array.isArray(leaving)) this.#transport.send(leaving)
    else if (this.#transport.sendShared) this.#transport.sendShared(leaving)
    else for (const { data } of leaving) this.#transport.send(data)
  }

  #isOneWrite(leaving: Leaving): boolean {
    return !Array.isArray(leaving) || leaving.length === 1 || this.#transport.sendShared !== undefined
  }
}

function isData(item: Waiting): item is Data {
  return typeof item === 'string' || item instanceof Uint8Array
}

function bytesIn(item: Waiting): number {
  const data = isData(item) ? item : item.data
  return typeof data === 'string' ? utf8Length(data) : data.length
}
