import type { Mutant } from './bundle.mjs'

/** The session, broken in one place each. */
export const mutants: readonly Mutant[]
