import { activeResources } from '@wse/testing'
import { afterAll, beforeAll, expect } from 'vitest'
import { turn } from '../packages/testing/src/turn.js'

/** Milliseconds a file has after its last test to let go of what is closing; in it vitest's own timers go, too. */
const PATIENCE = 1_000

const warnings: string[] = []
const note = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`)
let added = activeResources()
process.on('warning', note)

beforeAll(() => {
  // Counted in a hook, since vitest arms a timer for each.
  added = activeResources()
})

/** A file must leave the process as it found it, and without a warning (MaxListenersExceeded, above all). */
afterAll(async () => {
  const last = performance.now() + PATIENCE
  while (added().length > 0 && performance.now() < last) await turn()
  process.off('warning', note)
  expect(added(), 'what keeps the process alive after this file').toEqual([])
  expect(warnings, 'warnings of the process during this file').toEqual([])
})
