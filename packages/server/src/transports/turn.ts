let waiting: (() => void)[] = []

/**
 * Calls `job`, which must not throw, once every socket that had something to read in this turn was read: in the check
 * phase of the event loop, which follows its poll phase. One immediate serves all who wait.
 */
export function afterTurn(job: () => void): void {
  if (waiting.push(job) === 1) setImmediate(run)
}

function run(): void {
  const jobs = waiting
  waiting = []
  for (const job of jobs) job()
}
