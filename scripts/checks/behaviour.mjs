import { runTests } from '../lib/vitest.mjs'

/** Behaviour across packages, in a world without a network or a clock. */
export const run = () => runTests('behaviour')
