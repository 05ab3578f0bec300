import type { AnyContract, Clock, Hooks, Outgoing, Transport } from '@wse/protocol'
import { WseError } from '@wse/protocol'
import {
  type Codec,
  codecOf,
  count,
  duration,
  groupOf,
  hooksOption,
  invalidOption,
  LEAST_NAME_BYTES,
  LINK_LIMITS,
  type LinkLimits,
  oneOf,
  type Protocol,
  protocolsOption,
  rpcTimeout,
  type Settled,
  systemClock,
  textOf,
} from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import { type JumpPolicy, jumpPolicyOption } from './goaway/jump-policy.js'
import { type ReconnectOptions, reconnectPolicy } from './reconnect/policy.js'
import type { QueueOptions } from './session/queue-options.js'
import { runtimeWebSocket, type WebSocketConstructor, WebSocketTransport } from './transports/web-socket.js'
import { browserWake, type WakeSource } from './wake/wake.js'

/** How a client is made. Further members go to `ws` as they are, in Node. */
export interface WseClientOptions {
  /** Where the server is: `ws:` or `wss:`. Required, unless `transport` is given. */
  url?: string | undefined
  /** Come back by itself after a lost link, and how. @default false */
  re?: boolean | ReconnectOptions | undefined
  /** Seconds after which a call is given up; 0 for never. @default 20 */
  tO?: number | undefined
  /** The message protocol, or several, the best first: the server takes the first it speaks. @default JSON */
  protocol?: Protocol | readonly Protocol[] | undefined
  /** Milliseconds the server has to open the link, and to answer each time it is its turn before READY. @default 10_000 */
  connectTimeout?: number | undefined
  /** What may wait to be sent while there is no link, with `re`, or be kept to be sent again. @default see each */
  queue?: QueueOptions | undefined
  /** Where a server may send this client when it drains, or by `conn.jump`. @default 'same-origin' */
  jumpPolicy?: JumpPolicy | undefined
  /** What tells of moments at which a link may have died unseen; false for nothing. @default the events of a page */
  wake?: WakeSource | false | undefined
  /** What the server and one's own calls may cost. @default see each */
  limits?: ClientLimitOptions | undefined
  /** The WebSocket class to use. @default the runtime's own; `ws` in Node */
  WebSocket?: WebSocketConstructor | undefined
  /** Makes the transport, in place of a WebSocket; its `protocol` is one of the names offered. @default none */
  transport?: ((url: string, protocols: readonly string[]) => Transport) | undefined
  /** What both ends agreed on, by `defineContract()`. @default none */
  contract?: AnyContract | undefined
  /** When what leaves is checked by the contract as well. @default 'development', unless NODE_ENV is production */
  outgoing?: Outgoing | undefined
  /** Time and chance, for tests. @default the system's */
  clock?: Clock | undefined
  /** Hooks told of what passes; `consoleLog()` for a log. @default null, nothing is logged */
  log?: Hooks | null | undefined
  /** Anything else is an option of `ws` in Node: `headers`, `ca`, `agent` … */
  [wsOption: string]: unknown
}

/** The `limits` group of the client's options. */
export type ClientLimitOptions = { [Name in keyof LinkLimits]?: LinkLimits[Name] | undefined }

/** Options as they are in force. */
export interface ClientSettings {
  readonly url: string
  readonly reconnect: Settled<ReconnectOptions>
  /** Whether it comes back by itself. */
  readonly returns: boolean
  /** Milliseconds after which a call is given up; 0 for never. */
  readonly timeout: number
  readonly protocols: readonly Protocol[]
  /** Of each protocol. */
  readonly codecs: readonly Codec[]
  readonly connectTimeout: number
  readonly queue: Settled<QueueOptions>
  readonly jumpPolicy: JumpPolicy
  readonly wake: WakeSource | null
  readonly limits: LinkLimits
  readonly clock: Clock
  readonly log: Hooks | null | undefined
  dial(url: string, protocols: readonly string[]): Transport
}

/** Checks the options. @throws {WseError} `INVALID_OPTION`, `NOT_SUPPORTED` */
export function clientSettings(options: WseClientOptions): ClientSettings {
  const { url = '', re, tO, protocol, connectTimeout, queue, limits, ...rest } = options
  const { WebSocket, transport, jumpPolicy, wake, clock = systemClock, log, ...wsOptions } = rest
  if (options.contract !== undefined) {
    // Named by the design and built later: refused, so that nobody believes it works.
    const message = 'option contract is not built yet'
    throw new WseError(WSE_ERROR.NOT_SUPPORTED, { option: 'contract' }, { message })
  }
  if (transport === undefined) checkUrl(url)
  const protocols = protocolsOption(protocol)
  const reconnect = reconnectPolicy(re)
  return {
    url,
    reconnect,
    returns: reconnect.attempts > 0,
    timeout: rpcTimeout(tO),
    protocols,
    codecs: protocols.map((one) => codecOf(one, presentToUnpack)),
    connectTimeout: duration(10_000)('connectTimeout', connectTimeout),
    queue: groupOf<QueueOptions>('queue', queue, { bytes: count(1_048_576, 0), frames: count(1_000, 0) }),
    jumpPolicy: jumpPolicyOption('jumpPolicy', jumpPolicy),
    wake: wakeOption('wake', wake) || null,
    limits: clientLimits(limits),
    clock,
    log: hooksOption<Hooks>()('log', log),
    dial: transport ?? webSocketDialler(WebSocket, wsOptions, clock),
  }
}

/** Refuses what no WebSocket could be opened to. @throws {WseError} `INVALID_OPTION` */
export function checkUrl(url: unknown): asserts url is string {
  if (typeof url !== 'string' || !/^wss?:\/\/[^\s]+$/i.test(url)) throw invalidOption('url', 'takes ws://… or wss://…')
}

const wakeOption = /* @__PURE__ */ oneOf<WakeSource | false>(
  browserWake,
  (given) => given === false || typeof given === 'function',
  'false or a function such as reactNativeWake(AppState, NetInfo)',
)

function clientLimits(given: ClientLimitOptions | undefined): LinkLimits {
  const readers = Object.entries(LINK_LIMITS).map(([name, fallback]) => {
    return [name, count(fallback, name === 'nameBytes' ? LEAST_NAME_BYTES : 1)]
  })
  return groupOf<ClientLimitOptions>('limits', given, Object.fromEntries(readers))
}

function webSocketDialler(given: WebSocketConstructor | undefined, wsOptions: object, clock: Clock) {
  const hasOptions = Object.keys(wsOptions).length > 0
  return (url: string, protocols: readonly string[]): Transport => {
    const WebSocket = given ?? runtimeWebSocket
    if (!WebSocket) throw invalidOption('WebSocket', 'is required where the runtime has none')
    try {
      return new WebSocketTransport(new WebSocket(url, protocols, hasOptions ? wsOptions : undefined), clock)
    } catch (thrown) {
      // What it throws another attempt would only repeat: a port beyond 65535, ws: in a page of https:.
      throw invalidOption('url', `is one no WebSocket opens: ${textOf(thrown)}`)
    }
  }
}

/** `unpack` gets text as a string, and bytes as a `Buffer` in Node, an `ArrayBuffer` in a browser, as WSE 4 gave it. */
function presentToUnpack(data: string | Uint8Array): unknown {
  if (typeof data === 'string') return data
  const { Buffer } = globalThis as { Buffer?: { from(data: ArrayBufferLike, at: number, length: number): unknown } }
  if (Buffer) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return data.slice().buffer
}
