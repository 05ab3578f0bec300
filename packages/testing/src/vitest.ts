/** Sugar for vitest: the only file that knows a test runner. */
import { afterAll } from 'vitest'
import { type CleanExit, createCleanExit } from './clean-exit.js'
import { turn } from './turn.js'

/** What {@link useCleanExit} may be given. */
export interface UseCleanExitOptions {
  /** The hook that runs the check. @default vitest's afterAll */
  readonly hook?: ((check: () => Promise<void>) => void) | undefined
}

/** Turns the check waits for, so that closes which are on their way are not taken for leaks. */
const TURNS = 3

/**
 * A clean-exit list that is checked after the tests of this file or `describe`, and fails them with what was left.
 *
 * @example
 * const exit = useCleanExit()
 * test('says hello', async () => {
 *   const clock = exit.clock(createTestClock())
 *   const [a, b] = createTransportPair({ clock })
 *   exit.transport(a)
 * })
 */
export function useCleanExit(options: UseCleanExitOptions = {}): CleanExit {
  const exit = createCleanExit()
  const hook = options.hook ?? afterAll
  hook(async () => {
    for (let i = 0; i < TURNS; i++) await turn()
    const leaks = exit.leaks()
    if (leaks.length > 0) throw new Error(`left behind:\n${leaks.map((leak) => `- ${leak}`).join('\n')}`)
  })
  return exit
}

export type { CleanExit } from './clean-exit.js'
