import { findRedis } from '../lib/redis.mjs'
import { runTests } from '../lib/vitest.mjs'

/** End to end, over real sockets and in real time; with a real Redis where it takes one. */
export async function run() {
  const REDIS_SERVER = await findRedis()
  return runTests('sockets', { env: { REDIS_SERVER } })
}
