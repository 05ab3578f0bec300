import type { Transport } from '@wse/protocol'
import type { TestClock } from './test-clock.js'

/** Something that counts what it holds: a server, a client. */
export interface Inspectable {
  /** Every live timer, map entry and buffer; all 0 when nothing is held. */
  inspect(): Readonly<Record<string, number>>
}

/** Remembers what a test made, to prove that nothing of it was left behind. */
export interface CleanExit {
  /** Watches a clock: no timer may stay armed. Returns it; `name` is for the report. */
  clock<Watched extends Pick<TestClock, 'timers'>>(clock: Watched, name?: string): Watched
  /** Watches a transport: it must be closed. Returns it; `name` is for the report. */
  transport<Watched extends Pick<Transport, 'state'>>(transport: Watched, name?: string): Watched
  /** Watches something that counts: all its numbers must be 0. Returns it; `name` is for the report. */
  inspectable<Watched extends Inspectable>(watched: Watched, name?: string): Watched
  /** What was left behind, a line each; empty when all is well. */
  leaks(): string[]
}

/**
 * Creates a list of things that must hold nothing in the end.
 *
 * @example
 * const exit = createCleanExit()
 * const clock = exit.clock(createTestClock())
 * const server = exit.inspectable(new WseServer({ clock, identify }), 'server')
 * await server.close()
 * if (exit.leaks().length > 0) throw new Error(exit.leaks().join('\n'))
 */
export function createCleanExit(): CleanExit {
  const checks: (() => string | null)[] = []
  let count = 0
  function watch<Watched>(watched: Watched, name: string, problem: (watched: Watched) => string | null): Watched {
    checks.push(() => {
      const found = problem(watched)
      return found === null ? null : `${name} ${found}`
    })
    return watched
  }

  return {
    clock: (clock, name = `clock ${++count}`) => watch(clock, name, clockProblem),
    transport: (transport, name = `transport ${++count}`) => watch(transport, name, transportProblem),
    inspectable: (watched, name = `inspectable ${++count}`) => watch(watched, name, countProblem),
    leaks: () => checks.map((check) => check()).filter((found) => found !== null),
  }
}

function clockProblem({ timers }: Pick<TestClock, 'timers'>): string | null {
  if (timers.length === 0) return null
  const list = timers.map(({ due, ms }) => `one of ${ms} ms due at ${due} ms`)
  return `has ${timers.length} armed ${timers.length === 1 ? 'timer' : 'timers'}: ${list.join(', ')}`
}

function transportProblem({ state }: Pick<Transport, 'state'>): string | null {
  return state === 'closed' ? null : `is ${state}, not closed`
}

function countProblem(watched: Inspectable): string | null {
  const held = Object.entries(watched.inspect()).filter(([, count]) => count !== 0)
  return held.length === 0 ? null : `still holds ${held.map(([key, count]) => `${key}: ${count}`).join(', ')}`
}
