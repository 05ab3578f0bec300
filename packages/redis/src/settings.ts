import type { Clock } from '@wse/protocol'
import { count, duration, groupOf, invalidOption, oneOf, type Settled } from '@wse/protocol/internal'
import { systemClock } from '@wse/protocol/wire'
import { RESERVED, type RedisOptions, type Target } from './connection/ioredis.js'

/** One Redis: a URL (`redis:`, `rediss:` for TLS), the path of a Unix socket, or options of `ioredis`. */
export type RedisShard = string | RedisOptions

/** How nodes are joined by Redis. */
export interface RedisBackplaneOptions {
  /**
   * Redis, one or several, each independent of the others: they share the subjects. Each is a URL, the path of a Unix
   * socket, or options of `ioredis`, as for Sentinel: `{ sentinels, name }`. All nodes need the same ones in the same order;
   * another one is added to the end. Required.
   */
  shards: RedisShard | readonly RedisShard[]
  /** What keys and channels begin with: applications that share a Redis differ in it. Letters, digits, `-`, `_`, `.`. @default 'wse' */
  prefix?: string | undefined
  /** Milliseconds for which a node counts as here that is not heard of any more; it is renewed three times within. @default 15_000 */
  lease?: number | undefined
  /** Milliseconds between two messages of a node to itself; if none comes back within one, Redis counts as down. @default 1_000 */
  probe?: number | undefined
  /** Milliseconds that an answer may take of a Redis that is slow, and not silent. @default 5_000 */
  timeout?: number | undefined
  /** Characters and bytes that may wait for the answer of one Redis; beyond it, publishing fails as `overflow`. @default 8_388_608 */
  bufferedBytes?: number | undefined
  /** Time and chance, for tests. @default the system's */
  clock?: Clock | undefined
}

/** The same, with one list of shards. */
interface Given extends Omit<RedisBackplaneOptions, 'shards'> {
  shards: readonly Target[]
}

/** Options as they are in force. */
export type Settings = Settled<Given>

const URLS = /^(rediss?:\/\/|\/)./
const PREFIX = /^[\w.-]{1,64}$/
const SHARDS = 'a URL of Redis, the path of a Unix socket, options of ioredis, or a list of these'

/** Least of what is given in ms: less is within what a busy process is late. */
const LEAST_PROBE = 10
const LEAST_LEASE = 100

/** Reads the options. @throws {WseError} `INVALID_OPTION` */
export function settingsOf(options: RedisBackplaneOptions): Settings {
  return groupOf<Given>('redis', options as Given, {
    shards: shardsOption,
    prefix: oneOf('wse', isPrefix, 'letters, digits, - _ and ., 64 of them at most'),
    lease: duration(15_000, LEAST_LEASE),
    probe: duration(1_000, LEAST_PROBE),
    timeout: duration(5_000, LEAST_PROBE),
    bufferedBytes: count(8_388_608),
    clock: oneOf<Clock>(systemClock, (given) => typeof given === 'object' && given !== null, 'a clock'),
  })
}

const isPrefix = (given: unknown) => typeof given === 'string' && PREFIX.test(given)

function shardsOption(option: string, given: unknown): readonly Target[] {
  const list = Array.isArray(given) ? given : [given]
  if (list.length === 0) throw invalidOption(option, `takes ${SHARDS}`)
  if (new Set(list).size < list.length) throw invalidOption(option, 'takes each Redis once')
  return list.map((one, at) => targetOf(Array.isArray(given) ? `${option}[${at}]` : option, one))
}

function targetOf(option: string, given: unknown): Target {
  if (typeof given === 'string') {
    if (!URLS.test(given) || !isUrl(given)) throw invalidOption(option, `takes ${SHARDS}`)
    const named = new URLSearchParams(given.split('?')[1] ?? '')
    refuseReserved(option, [...named.keys()])
    return given
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalidOption(option, `takes ${SHARDS}`)
  refuseReserved(option, Object.keys(given))
  return { ...given }
}

function isUrl(given: string): boolean {
  if (given.startsWith('/')) return true
  try {
    new URL(given)
    return true
  } catch {
    return false
  }
}

/** What would be ignored is refused. */
function refuseReserved(option: string, names: readonly string[]): void {
  for (const name of names) {
    if (RESERVED.includes(name))
      throw invalidOption(`${option}.${name}`, 'is decided by @wse/redis; see its own options')
  }
}
