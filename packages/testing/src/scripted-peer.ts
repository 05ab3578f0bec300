import type { Data, Transport } from '@wse/protocol'
import { type Codec, type Envelope, FRAME, FRAME_LIMITS } from '@wse/protocol/wire'
import { FrameQueue } from './frame-queue.js'
import { type Greeting, type HiOptions, hiFrame, type WelcomeOptions, welcomeFrames } from './greeting.js'

/** How a scripted peer reads and writes. */
export interface ScriptedPeerOptions {
  /** What envelopes are written and read with; only such can be written then, beside text and bytes. @default JSON */
  readonly codec?: Codec | undefined
}

/** How a link ended. */
export interface Closing {
  /** Close code. */
  readonly code: number
  /** Close reason, '' if there is none. */
  readonly reason: string
}

/** A peer without any manners of its own: it writes what the test says and shows what arrives. Plays either end. */
export interface ScriptedPeer {
  /** What it speaks over. */
  readonly transport: Transport
  /** Everything that arrived, parsed and one by one as {@link ScriptedPeer.next} gives it. */
  readonly received: readonly unknown[]
  /** Resolves with the end of the link. */
  readonly closed: Promise<Closing>
  /** The end of the link, if it came already. */
  readonly closedWith: Closing | null
  /** Writes one frame: text and bytes as they are, anything else encoded. Waits for a link that is being opened. */
  send(frame: unknown): void
  /**
   * The next envelope nobody has asked for, those of a batch one by one: decoded, or text and bytes as they are if they
   * cannot be. Rejects if the link ends.
   */
  next(): Promise<unknown>
  /** The frame it came in, as it came. */
  nextRaw(): Promise<Data>
  /** As a client: writes `~wse:hi`. */
  hi(options?: HiOptions): void
  /** As a client: writes `~wse:hi` and takes the frames up to the welcome. Rejects on any other frame. */
  greet(options?: HiOptions): Promise<Greeting>
  /** As a server: writes `~wse:session`, unless it is of version 4, and `~wse:welcome`. */
  welcome(options?: WelcomeOptions): void
  /** Closes the link. @default 1000, '' */
  close(code?: number, reason?: string): void
}

/**
 * Creates a peer that gives raw access to one end of a link.
 *
 * @example
 * const [a, b] = createTransportPair({ clock })
 * server.accept(a, { headers: {} })
 * const peer = createScriptedPeer(b)
 * await peer.greet({ identity: 'ann' })
 * peer.send(['add', { a: 1, b: 2 }, 1])
 * console.log(await peer.next())
 */
export function createScriptedPeer(transport: Transport, { codec }: ScriptedPeerOptions = {}): ScriptedPeer {
  return new RawPeer(transport, codec)
}

class RawPeer implements ScriptedPeer {
  readonly transport: Transport
  readonly received: unknown[] = []
  readonly closed: Promise<Closing>
  closedWith: Closing | null = null
  readonly #queue = new FrameQueue()
  readonly #early: Data[] = []
  readonly #codec: Codec | undefined

  constructor(transport: Transport, codec: Codec | undefined) {
    this.transport = transport
    this.#codec = codec
    this.closed = new Promise((resolve) => {
      transport.onClose = (code, reason) => {
        this.closedWith = { code, reason }
        this.#queue.end(`the link ended with ${code} '${reason}' while a frame was awaited`)
        resolve(this.closedWith)
      }
    })
    transport.onMessage = (data) => {
      for (const value of valuesOf(parse(data, codec))) {
        this.received.push(value)
        this.#queue.put({ value, data })
      }
    }
    transport.onOpen = () => {
      for (const data of this.#early.splice(0)) transport.send(data)
    }
  }

  send(frame: unknown): void {
    const data = typeof frame === 'string' || frame instanceof Uint8Array ? frame : this.#encode(frame)
    if (this.transport.state === 'connecting') this.#early.push(data)
    else this.transport.send(data)
  }

  async next(): Promise<unknown> {
    return (await this.#queue.take()).value
  }

  async nextRaw(): Promise<Data> {
    return (await this.#queue.take()).data
  }

  hi(options: HiOptions = {}): void {
    this.send(hiFrame(options))
  }

  async greet(options: HiOptions = {}): Promise<Greeting> {
    this.hi(options)
    const first = await this.#expect(options.version === 4 ? [FRAME.WELCOME] : [FRAME.SESSION, FRAME.WELCOME])
    if (first[0] === FRAME.WELCOME) return { session: null, welcome: first[1] }
    const session = first[1] as Record<string, unknown>
    return { session, welcome: (await this.#expect([FRAME.WELCOME]))[1] }
  }

  welcome(options: WelcomeOptions = {}): void {
    for (const frame of welcomeFrames(options)) this.send(frame)
  }

  close(code = 1000, reason = ''): void {
    this.transport.close(code, reason)
  }

  #encode(frame: unknown): Data {
    if (this.#codec === undefined) return JSON.stringify(frame)
    const [type, payload, stamp] = frame as Envelope
    return this.#codec.encode(type, payload, stamp, FRAME_LIMITS)
  }

  async #expect(names: readonly string[]): Promise<readonly unknown[]> {
    const frame = await this.next()
    if (Array.isArray(frame) && names.includes(frame[0])) return frame
    throw new Error(`expected ${names.join(' or ')}, got ${JSON.stringify(frame)}`)
  }
}

/** What a frame holds: the envelopes of a batch, or itself. */
function valuesOf(frame: unknown): readonly unknown[] {
  return Array.isArray(frame) && frame.length > 1 && frame.every(Array.isArray) ? frame : [frame]
}

function parse(data: Data, codec: Codec | undefined): unknown {
  if (typeof data !== 'string' && codec === undefined) return data
  try {
    return codec === undefined ? JSON.parse(data as string) : codec.decode(data, FRAME_LIMITS)
  } catch {
    return data
  }
}
