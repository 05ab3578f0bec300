import { textOf } from '../error/describe.js'
import { count, knownMembers, oneOf, optionGroup } from '../limits/option.js'
import type { ErrorEvent, ReceivedEvent } from './hooks.js'
import { oneLine, pairValue } from './one-line.js'
import { credentials, REDACTED } from './redact.js'
import { show } from './show.js'

/** Takes the lines of a log. */
export type LogSink = (line: string, level: 'info' | 'error') => void

/** How a log is written. */
export interface ConsoleLogOptions {
  /** Takes each line. @default the console */
  sink?: LogSink | undefined
  /** What each line begins with: the time of day, for one. @default nothing, for sinks that add it themselves */
  time?: (() => string) | undefined
  /** Names of further members whose values are never shown, in any case and punctuation. @default none */
  redact?: readonly string[] | undefined
  /** Characters of a payload that are shown; 0 for no payloads. @default 200 */
  payload?: number | undefined
}

/** The hooks of a log; what it does not have is off. */
export interface ConsoleLog {
  received(event: ReceivedEvent<unknown>): void
  error(event: ErrorEvent<unknown>): void
}

interface Realm {
  console?: { info(line: string): void; error(line: string): void }
}

/**
 * A log of what is received, and of errors, for option `log`: a line an event, of at most 512 characters, in which
 * credentials are redacted by their names and nothing a peer sends can end the line or steer a terminal.
 *
 * @throws {WseError} `INVALID_OPTION`
 * @example
 * const server = new WseServer({ port: 4200, identify, log: { ...consoleLog(), received: null } })
 */
export function consoleLog(options: ConsoleLogOptions = {}): ConsoleLog {
  const { sink, time, redact, payload } = checked(options)
  const hides = credentials(redact)
  const write = (level: 'info' | 'error', words: readonly string[]) =>
    sink(oneLine([...(time ? [time()] : []), ...words].join(' ')), level)
  const shown = (name: string, value: unknown) => {
    if (value === undefined || payload === 0) return []
    return [hides(name) ? REDACTED : show(value, payload, hides)]
  }
  return {
    received: ({ kind, name, requestId, payload, conn }) =>
      write('info', [
        'received',
        kind,
        pairValue(name),
        `id=${pairValue(requestId)}`,
        ...whose(conn),
        ...shown(name, payload),
      ]),
    error: ({ error, kind, name, requestId, conn }) => {
      const errorId = error.details?.errorId
      const about = kind === undefined ? [] : [`${kind}=${pairValue(name)}`, `id=${pairValue(requestId)}`]
      const id = errorId === undefined ? [] : [`errorId=${pairValue(errorId)}`]
      write('error', ['error', pairValue(error.code), ...about, ...id, ...whose(conn), pairValue(textOf(error))])
    },
  }
}

function whose(conn: unknown): string[] {
  if (typeof conn !== 'object' || conn === null) return []
  const { cid, conn_id } = conn as { cid?: unknown; conn_id?: unknown }
  return [`cid=${pairValue(cid)}`, `conn=${pairValue(conn_id)}`]
}

function checked(options: ConsoleLogOptions) {
  knownMembers('consoleLog', optionGroup('consoleLog', options), ['sink', 'time', 'redact', 'payload'])
  const isFunction = (given: unknown) => typeof given === 'function'
  const isNames = (given: unknown) => Array.isArray(given) && given.every((name) => typeof name === 'string')
  return {
    sink: oneOf<LogSink>(toConsole, isFunction, 'a function')('sink', options.sink),
    time: oneOf<(() => string) | null>(null, isFunction, 'a function')('time', options.time),
    redact: oneOf<readonly string[]>([], isNames, 'names')('redact', options.redact),
    payload: count(200, 0)('payload', options.payload),
  }
}

/** The console of the realm, looked up when it is needed: there may be none. */
function toConsole(line: string, level: 'info' | 'error'): void {
  ;(globalThis as Realm).console?.[level](line)
}
