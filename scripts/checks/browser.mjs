import { findChromium } from '../lib/chromium.mjs'
import { runTests } from '../lib/vitest.mjs'

/** The client in a real browser. */
export async function run() {
  const CHROMIUM = await findChromium()
  return runTests('browser', { env: { CHROMIUM } })
}
