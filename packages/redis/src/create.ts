import type { Backplane } from '@wse/protocol/backplane'
import { RedisBackplane } from './redis-backplane.js'
import { type RedisBackplaneOptions, settingsOf } from './settings.js'

/**
 * Creates what joins a server with others by Redis 6.2 or later, or Valkey. It begins when the server does; one belongs to
 * one server.
 *
 * @throws {WseError} `INVALID_OPTION`
 * @example
 * const backplane = redisBackplane({ shards: 'redis://10.0.0.5' })
 * const server = new WseServer({ port: 4200, identify, backplane })
 */
export function redisBackplane(options: RedisBackplaneOptions): Backplane {
  return new RedisBackplane(settingsOf(options))
}
