// The tables are for users. Code of this project imports the modules, and takes along only what it uses of them.
import * as close from './close.js'
import * as error from './error.js'
import * as frame from './frame.js'
import * as reason from './reason.js'
import * as reset from './reset.js'
import * as status from './status.js'

/** The names of a module as one object. With `& {}` each keeps its own type where a variable takes it over. */
type Table<Names> = { readonly [Name in keyof Names]: Names[Name] & {} }

const table = <Names extends object>(names: Names) => Object.freeze({ ...names }) as Table<Names>

/**
 * The close codes of version 5. 4000–4499: the client may come back; 4500–4999: final.
 *
 * @example
 * client.when.closed((code) => { if (code === WSE_CLOSE.DISPLACED) say('You signed in somewhere else') })
 */
export const WSE_CLOSE: Table<typeof close> = /* @__PURE__ */ table(close)

/**
 * Every code a {@link WseError} can carry. What each means, who raises it and whether a retry helps: PROTOCOL.md, "Table
 * of names".
 *
 * @example
 * try { await client.call('add', { a: 1 }) } catch (error) {
 *   if (error.code === WSE_ERROR.RP_TIMEOUT) retryLater()
 * }
 */
export const WSE_ERROR: Table<typeof error> = /* @__PURE__ */ table(error)

/** A code of {@link WSE_ERROR}. An application's own codes are strings of its own. */
export type WseErrorCode = (typeof WSE_ERROR)[keyof typeof WSE_ERROR]

/**
 * Why a link was closed: the text beside the close code.
 *
 * @example
 * client.when.closed((code, reason) => { if (reason === WSE_REASON.NOT_AUTHORIZED) showLogin() })
 */
export const WSE_REASON: Table<typeof reason> = /* @__PURE__ */ table(reason)

/** A reason of {@link WSE_REASON}; `drop(reason)` takes any other text too. */
export type WseReason = (typeof WSE_REASON)[keyof typeof WSE_REASON]

/**
 * Why a session ended instead of being resumed, as both ends are told it.
 *
 * @example
 * client.when.reset(({ reason, unknown }) => { if (reason === WSE_RESET.WINDOW) askAgain(unknown) })
 */
export const WSE_RESET: Table<typeof reset> = /* @__PURE__ */ table(reset)

/** A reason of {@link WSE_RESET}. */
export type WseReset = (typeof WSE_RESET)[keyof typeof WSE_RESET]

/**
 * Where a client stands, as `client.status` and `client.when.updated` tell it. Values are those of WSE 4.
 *
 * @example
 * client.when.updated((status) => { banner.hidden = status === WSE_STATUS.READY })
 */
export const WSE_STATUS: Table<typeof status> = /* @__PURE__ */ table(status)

/** A status of {@link WSE_STATUS}. */
export type WseStatus = (typeof WSE_STATUS)[keyof typeof WSE_STATUS]

/** The reserved frame names of version 5; PROTOCOL.md has a section for each. */
export const FRAME: Table<typeof frame> = /* @__PURE__ */ table(frame)
