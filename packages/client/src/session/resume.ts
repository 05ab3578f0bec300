/** What a client says of the session it wants back. */
export interface Resume {
  readonly token: string
  /** Last position it has taken. */
  readonly received: number
  /** First position it can still send again. */
  readonly first: number
}
