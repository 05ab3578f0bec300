import { Redis, type RedisOptions } from 'ioredis'
import type { Argument, Connection, ConnectionEvents, Writing } from './connection.js'

export type { RedisOptions }

/** Where an engine is: a URL (`redis:`, `rediss:`), the path of a Unix socket, or options of ioredis. */
export type Target = string | RedisOptions

/** Milliseconds a connection may take to come about. */
const CONNECT_TIMEOUT = 2_000

/** What is decided here, whatever a target says: a connection that ends is not repaired, and nothing waits for another. */
const OWN: RedisOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  // Its sockets are ended here; it would watch over that with a timer, even of one that has ended.
  disconnectTimeout: 1,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
  sentinelRetryStrategy: () => null,
  reconnectOnError: null,
  commandTimeout: undefined,
  socketTimeout: undefined,
  stringNumbers: false,
  monitor: false,
  readOnly: false,
  keyPrefix: '',
}

/** Options of ioredis a target may not have, since they are decided here. */
export const RESERVED: readonly string[] = Object.keys(OWN)

/** What a target may change. */
const DEFAULTS: RedisOptions = {
  connectTimeout: CONNECT_TIMEOUT,
  maxLoadingRetryTime: 500,
  disableClientInfo: true,
  // A Redis that is no master any more may not know that for ten seconds; Sentinel does.
  failoverDetector: true,
}

/** What of Node's own judges whether a socket is idle. There is no public name for it. */
interface SocketHandle {
  readonly bytesWritten?: number
  readonly writeQueueSize?: number
  /** Of TLS: that below. */
  readonly _parent?: SocketHandle
}

/** Makes a connection. `name`: what it is called in the engine's list of clients. */
export function connectTo(target: Target, name: string, events: ConnectionEvents): Connection {
  const defaults = { ...DEFAULTS, connectionName: name }
  const redis =
    typeof target === 'string'
      ? new Redis(target, { ...defaults, ...OWN })
      : new Redis({ ...defaults, ...target, ...OWN })
  return new IoredisConnection(redis, events)
}

/** Whether an error is what the engine said: then it has done nothing of what it was told. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}

/** Whether the engine has been told to forget all scripts. */
export function isForgotten(error: unknown): boolean {
  return isRefusal(error) && error.message.startsWith('NOSCRIPT ')
}

/** Whether a command was not given at all, since the connection has been lost. */
export function wasNotSent(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Stream isn't writeable")
}

class IoredisConnection implements Connection {
  readonly #redis: Redis
  #error: Error | null = null

  constructor(redis: Redis, events: ConnectionEvents) {
    this.#redis = redis
    redis.on('messageBuffer', events.message)
    redis.on('error', (error: Error) => {
      this.#error ??= error
    })
    redis.once('end', () => events.ended(this.#error ?? new Error('the connection was closed')))
  }

  get bytesRead(): number {
    return this.#redis.stream?.bytesRead ?? 0
  }

  get writing(): Writing | null {
    const handle = (this.#redis.stream as { _handle?: SocketHandle } | undefined)?._handle
    const { bytesWritten, writeQueueSize } = handle?._parent ?? handle ?? {}
    if (bytesWritten === undefined || writeQueueSize === undefined) return null
    return { taken: bytesWritten - writeQueueSize, waiting: writeQueueSize }
  }

  async ready(): Promise<void> {
    try {
      await this.#redis.connect()
    } catch (error) {
      throw this.#error ?? error
    }
  }

  command(name: string, args: Argument[]): Promise<unknown> {
    return this.#redis.callBuffer(name, args) as Promise<unknown>
  }

  subscribe(channels: string[]): Promise<unknown> {
    return this.#redis.subscribe(...channels)
  }

  unsubscribe(channels: string[]): Promise<unknown> {
    return this.#redis.unsubscribe(...channels)
  }

  destroy(): void {
    this.#redis.disconnect()
    // Whoever does not answer does not close a connection either.
    this.#redis.stream?.destroy()
  }
}
