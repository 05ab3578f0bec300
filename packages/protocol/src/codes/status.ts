/** Where a client stands. Values are those of WSE 4. */

/** Not connected yet. */
export const IDLE = 'IDLE'
/** Connecting for the first time. */
export const CONNECTING = 'CONNECTING'
/** Connected and authenticated. */
export const READY = 'READY'
/** The link was lost, or left. */
export const OFFLINE = 'OFFLINE'
/** Coming back after a lost link. */
export const RE_CONNECTING = 'RE_CONNECTING'
