import { runTests } from '../lib/vitest.mjs'

/** Tests beside the sources: one rule, one file. */
export const run = () => runTests('unit')
