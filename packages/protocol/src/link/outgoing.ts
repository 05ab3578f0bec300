import type { Codec } from '../codec/codec.js'
import { utf8Length } from '../codec/utf8.js'
import type { Data, Flushable, SharedFrame, Transport } from '../transport/transport.js'

/** Characters of a batch: more in one frame gain nothing, and the other end can begin only once it has all of it. */
const BATCH_CHARS = 16_384
/** Characters from which an envelope gains nothing by company: to join texts is to copy them. */
const LARGE = 2_048

/** What waits for the end of its turn: an envelope that may be joined with others, or frames as they are. */
type Waiting = Data | SharedFrame[]

/**
 * What one link sends in one turn, in as few frames and writes as can be: envelopes are joined into batches, and what
 * is still more than one frame leaves in one write. On a transport without turns everything leaves at once.
 */
export class Outgoing implements Flushable {
  readonly #transport: Transport
  readonly #codec: Codec
  /** Largest batch, in characters; 0 while envelopes may not be joined. */
  #most = 0
  #waiting: Waiting[] | null = null
  #size = 0
  #armed = false

  constructor(transport: Transport, codec: Codec) {
    this.#transport = transport
    this.#codec = codec
  }

  /** From now on envelopes may be joined, where the codec can: never to more than `bytes`. */
  join(bytes: number): void {
    if (this.#codec.join) this.#most = Math.min(BATCH_CHARS, Math.floor(bytes / 3))
  }

  /** Characters and bytes that the transport was not given yet. */
  get size(): number {
    return this.#size
  }

  /** Bytes that the transport was not given yet. */
  get bytes(): number {
    return this.#waiting?.reduce<number>((sum, item) => sum + bytesIn(item), 0) ?? 0
  }

  /** Sends one envelope, with others if that can be. */
  add(data: Data): void {
    // What was said before there were batches stands in none.
    if (this.#most === 0) return this.addFrame({ data })
    if (!this.#transport.afterTurn) return this.#transport.send(data)
    if (this.#waiting === null) this.#waiting = [data]
    else this.#waiting.push(data)
    this.#grew(data)
  }

  /** Sends one frame as it is; to one link, or to others, too. */
  addFrame(frame: SharedFrame): void {
    if (!this.#transport.afterTurn) return this.#sendFrames([frame])
    if (this.#waiting === null) this.#waiting = [[frame]]
    else {
      const last = this.#waiting[this.#waiting.length - 1]
      if (Array.isArray(last)) last.push(frame)
      else this.#waiting.push([frame])
    }
    this.#grew(frame.data)
  }

  /** Sends one frame now, after all that came before it. */
  write(data: Data, compress?: boolean): void {
    this.release()
    this.#transport.send(data, compress)
  }

  /** The turn is over. */
  flush(): void {
    this.#armed = false
    this.release()
  }

  /** Lets go of everything now. */
  release(): void {
    const waiting = this.#waiting
    if (waiting === null) return
    this.#waiting = null
    this.#size = 0
    const joined = waiting.length === 1 ? waiting : this.#joined(waiting)
    if (joined.length === 1 && this.#isOneWrite(joined[0] as Waiting)) return this.#send(joined[0] as Waiting)
    this.#transport.cork?.()
    for (const item of joined) this.#send(item)
    this.#transport.uncork?.()
  }

  #grew(data: Data): void {
    this.#size += data.length
    if (this.#armed) return
    this.#armed = true
    this.#transport.afterTurn?.(this)
  }

  /** The same in fewer frames: neighbours that may be joined are. */
  #joined(waiting: readonly Waiting[]): Waiting[] {
    const joined: Waiting[] = []
    let batch: string[] = []
    let room = 0
    for (const item of waiting) {
      const joins = typeof item === 'string' && item.length <= LARGE
      // Two brackets around, a comma after each.
      if (batch.length > 0 && (!joins || item.length + 2 > room)) {
        joined.push(this.#batch(batch))
        batch = []
      }
      if (!joins) joined.push(item)
      else {
        if (batch.length === 0) room = this.#most
        batch.push(item)
        room -= item.length + 1
      }
    }
    if (batch.length > 0) joined.push(this.#batch(batch))
    return joined
  }

  #batch(texts: readonly string[]): string {
    return texts.length === 1 ? (texts[0] as string) : (this.#codec.join?.(texts) as string)
  }

  #send(item: Waiting): void {
    if (Array.isArray(item)) this.#sendFrames(item)
    else this.#transport.send(item)
  }

  #sendFrames(frames: readonly SharedFrame[]): void {
    if (this.#transport.sendShared) return this.#transport.sendShared(frames)
    for (const { data } of frames) this.#transport.send(data)
  }

  #isOneWrite(item: Waiting): boolean {
    return !Array.isArray(item) || item.length === 1 || this.#transport.sendShared !== undefined
  }
}

function bytesIn(item: Waiting): number {
  if (Array.isArray(item)) return item.reduce((sum, { data }) => sum + bytesIn(data), 0)
  return typeof item === 'string' ? utf8Length(item) : item.length
}
