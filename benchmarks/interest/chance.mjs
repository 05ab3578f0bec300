/** Numbers in [0, 1) that are the same for the same seed: mulberry32, as in `@wse/testing`. */
export function seeded(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A number of 32 bits that looks like chance, and is the same for the same two. */
export function mixed(a, b) {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

/** How long until something that happens every `mean` on average, in the unit of `mean`. */
export const waitOf = (random, mean) => -mean * Math.log(1 - random())

/** Puts the first `length` into an order by chance. */
export function shuffle(numbers, length, random) {
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const kept = numbers[at]
    numbers[at] = numbers[other]
    numbers[other] = kept
  }
}
