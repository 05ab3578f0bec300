/** One that is present on a subject. */
export interface Entry {
  /** Its id, of its own on the subject. */
  readonly id: string
  /** The node that noted it, and without which it is not there. */
  readonly node: string
  /** What was noted of it. */
  readonly value: string
}
