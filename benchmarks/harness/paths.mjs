import { fileURLToPath } from 'node:url'

/** A path inside benchmarks/, absolute. */
export const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** The folder of the repository. */
export const repository = at('..')
