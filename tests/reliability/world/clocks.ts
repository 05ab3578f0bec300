import type { Clock, Timer } from '@wse/protocol'

/** A clock whose timers are counted as they fire. */
export function counted(clock: Clock, fired: () => void): Clock {
  return wrapped(clock, (run, ms) =>
    clock.setTimer(() => {
      fired()
      run()
    }, ms),
  )
}

/**
 * The clock of a tab nobody looks at, while `hidden` says so: timers fire when a minute begins. One of 0 ms, which no
 * timer set, waits for the next second, as in Chrome.
 */
export function inBackground(clock: Clock, hidden: () => boolean): Clock {
  return wrapped(clock, (run, ms) => {
    if (!hidden()) return clock.setTimer(run, ms)
    const step = ms === 0 ? 1_000 : 60_000
    const due = Math.ceil((clock.now() + ms) / step) * step
    return clock.setTimer(run, due - clock.now())
  })
}

function wrapped(clock: Clock, setTimer: (run: () => void, ms: number) => Timer): Clock {
  return {
    now: () => clock.now(),
    setTimer,
    clearTimer: (timer) => clock.clearTimer(timer),
    random: () => clock.random(),
    randomBytes: (count) => clock.randomBytes(count),
  }
}
