/** 10,000 a second, ten a turn, for as long as that. Resolves to how many those were. */
export function paced(end, seconds) {
  const start = performance.now()
  const most = seconds * 10_000
  let count = 0
  return new Promise((resolve) => {
    const turn = () => {
      const due = Math.min(most, Math.floor((performance.now() - start) * 10))
      while (count < due) {
        end.publish()
        count++
      }
      if (count < most) setTimeout(turn, 1)
      else end.settled().then(() => resolve(count))
    }
    turn()
  })
}

/** As many as go, with 256 under way. */
export function flood(end, seconds) {
  const until = performance.now() + seconds * 1_000
  let count = 0
  let underWay = 0
  return new Promise((resolve) => {
    const more = () => {
      if (performance.now() >= until) {
        if (underWay === 0) resolve(count)
        return
      }
      while (underWay < 256) {
        underWay++
        count++
        end.publish(done)
      }
    }
    const done = () => {
      if (--underWay <= 128) more()
    }
    more()
  })
}
