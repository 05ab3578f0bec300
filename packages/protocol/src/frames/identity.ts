/** Whether an identity is none: the client did not say who it is. */
export function isAnonymous(identity: unknown): boolean {
  return identity === undefined || identity === null || identity === ''
}
