import type { Codec } from '../codec/codec.js'
import { utf8Length } from '../codec/utf8.js'
import type { Data, SharedFrame, Transport } from '../transport/transport.js'

/** Characters of a batch: more in one frame gain nothing, and the other end can begin only once it has all of it. */
const BATCH_CHARS = 16_384
/** Characters from which an envelope gains nothing by company: to join texts is to copy them. */
const LARGE = 2_048

/**
 * What one link sends in one turn, in as few frames and writes as can be: envelopes are joined into batches, frames
 * leave in one write. On a transport that does not tell when a turn is over everything leaves at once.
 */
export class Outgoing {
  readonly #transport: Transport
  readonly #codec: Codec
  /** Largest batch, in characters; 0 while envelopes may not be joined. */
  #most = 0
  #texts: string[] | null = null
  #chars = 0
  #corked = false
  #armed = false
  #job: (() => void) | null = null

  constructor(transport: Transport, codec: Codec) {
    this.#transport = transport
    this.#codec = codec
  }

  /** From now on envelopes may be joined, where the codec can: never to more than `bytes`. */
  join(bytes: number): void {
    if (this.#codec.join && this.#transport.afterTurn) this.#most = Math.min(BATCH_CHARS, Math.floor(bytes / 3))
  }

  /** Characters that the transport was not given yet. */
  get chars(): number {
    return this.#chars
  }

  /** Bytes that the transport was not given yet. */
  get bytes(): number {
    return this.#texts?.reduce((sum, text) => sum + utf8Length(text), 0) ?? 0
  }

  /** Sends one envelope, with others if that can be. */
  add(data: Data): void {
    if (typeof data !== 'string' || data.length > LARGE || data.length > this.#most) return this.write(data)
    // Brackets and commas included.
    if (this.#chars + data.length + 2 > this.#most) this.#close()
    if (this.#texts === null) this.#texts = [data]
    else this.#texts.push(data)
    this.#chars += data.length + 1
    if (!this.#armed) this.#arm()
  }

  /** Sends one frame by itself, after what came before it. */
  write(data: Data, compress?: boolean): void {
    this.#hold()
    this.#transport.send(data, compress)
  }

  /** Sends a frame that others are sent, too. */
  writeShared(frame: SharedFrame): void {
    this.#hold()
    if (this.#transport.sendShared) this.#transport.sendShared(frame)
    else this.#transport.send(frame.data)
  }

  /** Lets go of everything now. */
  flush(): void {
    this.#close()
    if (!this.#corked) return
    this.#corked = false
    this.#transport.uncork?.()
  }

  /** Ends the batch, and holds the write. */
  #hold(): void {
    if (this.#texts !== null) this.#close()
    if (this.#corked || !this.#transport.cork || !this.#transport.afterTurn) return
    this.#corked = true
    this.#transport.cork()
    if (!this.#armed) this.#arm()
  }

  #close(): void {
    const texts = this.#texts
    if (texts === null) return
    this.#texts = null
    this.#chars = 0
    this.#transport.send(texts.length === 1 ? (texts[0] as string) : (this.#codec.join?.(texts) as string))
  }

  #arm(): void {
    this.#armed = true
    this.#job ??= () => {
      this.#armed = false
      this.flush()
    }
    this.#transport.afterTurn?.(this.#job)
  }
}
