import { findChromium } from '../lib/chromium.mjs'
import { findRedis } from '../lib/redis.mjs'
import { runTests } from '../lib/vitest.mjs'

/** The client in a real browser; with a real Redis behind several servers. */
export async function run() {
  const CHROMIUM = await findChromium()
  const REDIS_SERVER = await findRedis()
  return runTests('browser', { env: { CHROMIUM, REDIS_SERVER } })
}
