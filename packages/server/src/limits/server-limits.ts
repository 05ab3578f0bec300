import {
  count,
  duration,
  FRAME_LIMITS,
  groupOf,
  knownMembers,
  LEAST_NAME_BYTES,
  LINK_LIMITS,
  type LinkLimits,
  numberIn,
  optionGroup,
  type Settled,
} from '@wse/protocol/internal'

/** How many messages and calls a client may send. */
export interface MessageRateOptions {
  /** Frames a second, in the long run. Required. */
  perSecond: number
  /** Frames at once, after a pause. @default twice `perSecond` */
  burst?: number | undefined
  /** Close with 4004 instead of reading more slowly. @default false */
  close?: boolean | undefined
}

/** How slowly a client may read that is sent more than it takes. */
export interface SlowReaderOptions {
  /** Least bytes a second, on average over `grace`. @default 240 */
  bytesPerSecond?: number | undefined
  /** Milliseconds in which it may be slower. @default 5_000 */
  grace?: number | undefined
}

/** Limits as they are in force. */
export interface ServerLimits extends LinkLimits {
  /** Milliseconds from the open link to `~wse:hi`, for `identify` and for `upgrade`; three times that for an answer to a challenge. @default 5_000 */
  readonly handshakeTimeout: number
  /** Bytes of one frame before the client is authenticated. @default 16_384 */
  readonly helloBytes: number
  /** Unsent bytes beyond which a client that is a slow reader is closed with 4002. @default 1_048_576 */
  readonly bufferedBytes: number
  /** Who is a slow reader. @default see each */
  readonly slowReader: Settled<SlowReaderOptions>
  /** Rate of incoming frames. @default false */
  readonly messageRate: false | Settled<MessageRateOptions>
  /** Topics a client may subscribe to. @default 256 */
  readonly subscriptions: number
  /** Characters and bytes of all histories of topics; beyond it the largest give way. @default 67_108_864 */
  readonly historyBytes: number
  /** Links at once, authenticated or not; beyond it upgrades get 503. @default 10_000 */
  readonly connections: number
  /** Silent unauthenticated links of one address; ten times as many in all. @default 200 */
  readonly unauthenticatedPerAddress: number
  /** Milliseconds without a message or call, either way, after which a client is closed for good with 4507; 0 for never. @default 0 */
  readonly idleTimeout: number
  /** Milliseconds after which a link is closed with 4010, for its client to come back and go on; 0 for never. @default 0 */
  readonly lifetime: number
}

/** The `limits` group of the server's options. */
export type LimitOptions = {
  [Name in keyof Omit<ServerLimits, 'messageRate' | 'slowReader'>]?: ServerLimits[Name] | undefined
} & {
  /** Who is a slow reader. @default see each */
  slowReader?: SlowReaderOptions | undefined
  /** Rate of incoming frames: reads more slowly beyond it. @default false */
  messageRate?: false | MessageRateOptions | undefined
}

/** Reads the `limits` group. @throws {WseError} `INVALID_OPTION` */
export function serverLimits(given: LimitOptions | undefined): ServerLimits {
  return groupOf<Partial<ServerLimits>>('limits', given as Partial<ServerLimits> | undefined, {
    handshakeTimeout: duration(5_000),
    messageBytes: count(LINK_LIMITS.messageBytes),
    helloBytes: count(16_384),
    depth: count(FRAME_LIMITS.depth),
    nameBytes: count(FRAME_LIMITS.nameBytes, LEAST_NAME_BYTES),
    callsIn: count(LINK_LIMITS.callsIn),
    callsOut: count(LINK_LIMITS.callsOut),
    highWaterBytes: count(LINK_LIMITS.highWaterBytes),
    bufferedBytes: count(1_048_576),
    slowReader: (_, given) => slowReader(given as SlowReaderOptions | undefined),
    messageRate: (_, rate) => messageRate(rate as LimitOptions['messageRate']),
    subscriptions: count(256),
    historyBytes: count(67_108_864),
    connections: count(10_000),
    unauthenticatedPerAddress: count(200),
    idleTimeout: duration(0, 0),
    lifetime: duration(0, 0),
  })
}

function slowReader(given: SlowReaderOptions | undefined): Settled<SlowReaderOptions> {
  const readers = { bytesPerSecond: count(240), grace: duration(5_000, 1_000) }
  return groupOf<SlowReaderOptions>('limits.slowReader', given, readers)
}

function messageRate(given: false | MessageRateOptions | undefined): false | Settled<MessageRateOptions> {
  if (given === undefined || given === false) return false
  const rate = optionGroup<MessageRateOptions>('limits.messageRate', given)
  knownMembers('limits.messageRate', rate, ['perSecond', 'burst', 'close'])
  const readRate = numberIn(0, 0.001, 1e9, 'frames a second')
  const perSecond = readRate('limits.messageRate.perSecond', rate.perSecond ?? 0)
  const burst = count(Math.max(1, Math.ceil(perSecond * 2)))('limits.messageRate.burst', rate.burst)
  return { perSecond, burst, close: rate.close === true }
}
