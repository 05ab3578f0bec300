/** What one end has heard. A number that comes late counts as lost and as come twice: no order, no good verdict. */
export interface Heard {
  received: number
  lost: number
  twice: number
  ordered: boolean
}

/** One number, with what its sender has heard so far. */
export interface Said {
  n: number
  heard: Heard
}

export class Numbers {
  said: number
  heard: Heard
  theirs: Heard
  highest: number
  next(): Said | null
  hear(said: Said): void
}
