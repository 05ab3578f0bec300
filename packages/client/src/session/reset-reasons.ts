import * as WSE_RESET from '@wse/protocol/internal/reset'

/** Ends the client itself wants: told only where they cost something. */
export const OWN_WILL: ReadonlySet<string> = /* @__PURE__ */ new Set<string>([WSE_RESET.CLOSED, WSE_RESET.JUMP])

/** Reasons of a server that never had the session, or does not say what it took. */
export const UNTOLD: ReadonlySet<string> = /* @__PURE__ */ new Set<string>([
  WSE_RESET.UNKNOWN_SESSION,
  WSE_RESET.IDENTITY_MISMATCH,
  WSE_RESET.TOKEN_REUSED,
])
