/** Steps of 2 %, from 1 µs to more than a minute: memory that does not grow with what is counted. */
const STEP = Math.log(1.02)
const BUCKETS = 1_000

export class Histogram {
  #counts = new Uint32Array(BUCKETS)
  #total = 0

  add(micros) {
    this.#counts[Math.min(BUCKETS - 1, Math.floor(Math.log(Math.max(1, micros)) / STEP))]++
    this.#total++
  }

  /** The value below which that share lies; all is forgotten. */
  drain(share) {
    let seen = 0
    const bucket = this.#counts.findIndex((count) => {
      seen += count
      return seen >= this.#total * share
    })
    this.#counts.fill(0)
    this.#total = 0
    return Math.exp((bucket + 1) * STEP)
  }
}
