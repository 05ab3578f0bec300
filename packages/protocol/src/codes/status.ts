/**
 * Where a client stands, as `client.status` and `client.when.updated` tell it. Values are those of WSE 4.
 *
 * @example
 * client.when.updated((status) => { banner.hidden = status === WSE_STATUS.READY })
 */
export const WSE_STATUS = /* @__PURE__ */ Object.freeze({
  IDLE: 'IDLE',
  CONNECTING: 'CONNECTING',
  READY: 'READY',
  OFFLINE: 'OFFLINE',
  RE_CONNECTING: 'RE_CONNECTING',
} as const)

/** A status of {@link WSE_STATUS}. */
export type WseStatus = (typeof WSE_STATUS)[keyof typeof WSE_STATUS]
