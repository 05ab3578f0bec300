import type { Data, Flushable, TransportState } from '@wse/protocol'
import { cutReason } from '@wse/protocol/wire'
import { afterTurn } from '../after-turn.js'
import { copyOf } from '../frame.js'
import type { FullTransport } from '../memory-transport.js'
import type { Cargo } from './cargo.js'
import type { Destination, Lane } from './lane.js'
import type { Party } from './party.js'

const NO_CODE = 1005
const ABNORMAL = 1006

/** What an end leaves to its link. */
export interface EndHost {
  readonly protocol: string
  readonly batches: boolean
  /** A client asks to be let in; comes to the server's end only. */
  knock(): void
  note(text: string): void
}

/** One end of a link of a world. */
export class WorldEnd implements FullTransport, Destination {
  onOpen: (() => void) | null = null
  onDrain: (() => void) | null = null
  onError: ((error: unknown) => void) | null = null
  onPong: (() => void) | null = null
  readonly afterTurn: ((waiting: Flushable) => void) | undefined
  /** Whose end it is; null while nobody has it. */
  party: Party | null
  readonly #host: EndHost
  readonly #in: Lane
  readonly #out: Lane
  #state: TransportState = 'connecting'
  #onMessage: ((data: Data) => void) | null = null
  #onClose: ((code: number, reason: string) => void) | null = null
  #paused = false
  #ending: readonly [code: number, reason: string] | null = null
  #told = false

  constructor(host: EndHost, party: Party | null, incoming: Lane, outgoing: Lane) {
    this.#host = host
    this.afterTurn = host.batches ? afterTurn : undefined
    this.party = party
    this.#in = incoming
    this.#out = outgoing
    incoming.to = this
    outgoing.drained = () => {
      if (this.#state === 'open' && this.party?.gone !== true) this.onDrain?.()
    }
  }

  get state(): TransportState {
    return this.#state
  }

  get protocol(): string {
    return this.#state === 'connecting' ? '' : this.#host.protocol
  }

  get bufferedAmount(): number {
    return this.#state === 'closed' ? 0 : this.#out.buffered
  }

  get onMessage(): ((data: Data) => void) | null {
    return this.#onMessage
  }

  set onMessage(listener: ((data: Data) => void) | null) {
    this.#onMessage = listener
    this.wake()
  }

  get onClose(): ((code: number, reason: string) => void) | null {
    return this.#onClose
  }

  set onClose(listener: ((code: number, reason: string) => void) | null) {
    this.#onClose = listener
    this.wake()
  }

  send(data: Data): void {
    if (this.#state === 'open') this.#out.push({ kind: 'frame', data: copyOf(data) })
  }

  close(code: number, reason: string): void {
    if (this.#state === 'connecting') return this.terminate()
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#sendClose(canTravel(code) ? code : NO_CODE, reason)
  }

  terminate(): void {
    if (this.#state === 'closed') return
    this.#host.note('terminate')
    this.#out.abandon()
    this.end(ABNORMAL, '')
    queueMicrotask(() => this.tell())
  }

  pause(): void {
    if (this.#state === 'closed') return
    this.#paused = true
    this.#in.pause()
  }

  resume(): void {
    this.#paused = false
    this.#in.resume()
  }

  ping(): void {
    if (this.#state === 'open') this.#out.push({ kind: 'ping' })
  }

  cork(): void {
    this.#out.cork()
  }

  uncork(): void {
    this.#out.uncork()
  }

  takes({ kind }: Cargo): boolean {
    if (this.party?.awake === false) return false
    if (kind === 'gone' || kind === 'open' || kind === 'opened') return true
    return !this.#paused && (this.#onMessage !== null || this.#onClose !== null)
  }

  arrive(cargo: Cargo): void {
    if (this.#state === 'closed') return
    switch (cargo.kind) {
      case 'frame':
        return this.#onMessage?.(cargo.data)
      case 'open':
        return this.#host.knock()
      case 'opened':
        this.open()
        return this.onOpen?.()
      case 'ping':
        if (this.#state === 'open') this.#out.push({ kind: 'pong' })
        return
      case 'pong':
        return this.onPong?.()
      case 'close':
        if (this.#state === 'open') this.#sendClose(cargo.code, cargo.reason)
        this.end(cargo.code, cargo.reason)
        return this.tell()
      case 'gone':
        this.end(ABNORMAL, '')
        return this.tell()
    }
  }

  /** Leaves the state `connecting`. */
  open(): void {
    if (this.#state === 'connecting') this.#state = 'open'
  }

  /** Ends it here; the owner learns it by `tell`. */
  end(code: number, reason: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#in.lose()
    this.#ending = [code, reason]
  }

  /** Tells the owner of the end, once, as soon as there is one and it is awake. */
  tell(): void {
    if (this.#told || this.#ending === null || this.#onClose === null || this.party?.awake === false) return
    this.#told = true
    this.#onClose(...this.#ending)
  }

  /** Its process is gone: nothing is told any more, nor heard. The network closes the link, unless it is `silent`. */
  vanish(silent: boolean): void {
    this.#told = true
    if (this.#state === 'closed') return
    if (silent) this.#out.lose()
    else this.#out.abandon()
    this.end(ABNORMAL, '')
  }

  /** Looks again whether something may be told. */
  wake(): void {
    this.#in.wake()
    if (this.#ending !== null) queueMicrotask(() => this.tell())
  }

  #sendClose(code: number, reason: string): void {
    this.#out.push({ kind: 'close', code, reason: code === NO_CODE ? '' : cutReason(reason) })
    this.#out.uncork()
  }
}

/** Whether a close frame may hold this code: RFC 6455 §7.4 keeps the others for what never travels. */
function canTravel(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)
}
