/** Several WSE servers as one, joined by Redis. */
export { redisBackplane } from './create.js'

export type { RedisBackplaneOptions, RedisShard } from './settings.js'
