import { readFileSync } from 'node:fs'

/** Microseconds of one tick of /proc/stat. */
const TICK = 10_000

/** CPU time of this process, in µs. */
export function ownCpu() {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** CPU time of the whole machine in µs, interrupts left out: those of loopback are ours. Null where nobody says it. */
export function machineCpu() {
  try {
    const [user, nice, system, , , , , steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]
      .match(/\d+/g)
      .map(Number)
    return (user + nice + system + steal) * TICK
  } catch {
    return null
  }
}
