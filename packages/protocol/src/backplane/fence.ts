/** A fence that was taken over: whoever had it before cannot write to it any more. */
export interface FenceRecord {
  /** Grows with each claim. */
  readonly generation: number
  /** What was written there by who had it before; null if there was nobody, or it ran out. */
  readonly before: string | null
}
