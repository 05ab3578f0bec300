import { runTests } from '../lib/vitest.mjs'

/** End to end, over real sockets and in real time. */
export const run = () => runTests('sockets')
