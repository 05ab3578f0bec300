/** Most numbers that may be said and not be heard yet: a minute of them. */
const AHEAD = 300

/** One end of a conversation in numbers: it says 1, 2, 3 … and checks that the other end's come once each, in order. */
export class Numbers {
  /** How many this end has said. */
  said = 0
  /** What this end has heard. */
  heard = { received: 0, lost: 0, twice: 0, ordered: true }
  /** What the other end says it has heard. */
  theirs = { received: 0, lost: 0, twice: 0, ordered: true }
  /** The highest number heard: how many the other end has said at least. */
  highest = 0

  /** What to say next; null while too much is on its way. */
  next() {
    if (this.said - this.theirs.received >= AHEAD) return null
    return { n: ++this.said, heard: this.heard }
  }

  /** Takes what the other end said. */
  hear({ n, heard }) {
    if (!Number.isSafeInteger(n) || !Number.isSafeInteger(heard?.received)) return
    this.theirs = heard
    this.heard.received++
    if (n > this.highest) this.heard.lost += n - this.highest - 1
    else {
      this.heard.twice++
      this.heard.ordered = false
    }
    this.highest = Math.max(this.highest, n)
  }
}
