import type { AbortSignalLike } from '@wse/protocol'
import { type Context, context } from '../api.js'
import { abandonedBy, type Ending } from './ending.js'

/** A call, stream or message, from its beginning to its one end. */
export class Observed {
  /** Its span is the active one in here. */
  readonly context: Context
  /** Told of its end. */
  onEnd: (() => void) | null = null
  #end: ((ending: Ending) => void) | null
  #signal: AbortSignalLike | null = null
  readonly #abandoned = () => this.end(abandonedBy(this.#signal?.reason))

  constructor(active: Context, end: (ending: Ending) => void) {
    this.context = active
    this.#end = end
  }

  /** Runs a part of it. */
  run<Result>(part: () => Result): Result {
    return context.with(this.context, part)
  }

  /** Ends with this signal, unless it has ended before. */
  endWith(signal: AbortSignalLike | undefined): void {
    if (signal === undefined || this.#signal !== null || this.#end === null) return
    this.#signal = signal
    if (signal.aborted) this.#abandoned()
    else signal.addEventListener('abort', this.#abandoned)
  }

  /** It ended, which it does once. */
  end(ending: Ending): void {
    const end = this.#end
    if (end === null) return
    this.#end = null
    this.#signal?.removeEventListener('abort', this.#abandoned)
    end(ending)
    this.onEnd?.()
  }
}
