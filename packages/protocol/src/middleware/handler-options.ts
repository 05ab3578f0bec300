import { duration, groupOf, invalidOption, oneOf } from '../limits/option.js'
import { type Hook, type Hooks, type HooksOption, hookOf, hooksOption } from '../logging/hooks.js'
import type { Layer } from './onion.js'

/** What holds for one kind of message alone. */
export interface ListenerOptions<Use = readonly Layer<never>[], Conn = undefined> {
  /** Middleware around it, behind that of the server or client. @default none */
  use?: Use | undefined
  /** Hooks in place of those of the server or client; null for none. @default those of the server or client */
  log?: HooksOption<Conn>
}

/** What holds for one procedure alone. */
export interface HandlerOptions<Use = readonly Layer<never>[], Conn = undefined> extends ListenerOptions<Use, Conn> {
  /**
   * Milliseconds after which it is given up, middleware included: the caller gets `RP_TIMEOUT`, `ctx.signal` aborts. For a
   * stream until its end. @default never
   */
  timeout?: number | undefined
}

const isFunction = (given: unknown) => typeof given === 'function'
const LISTENER = {
  use: /* @__PURE__ */ oneOf<readonly Layer[]>(
    [],
    (given) => Array.isArray(given) && given.every(isFunction),
    'an array of functions',
  ),
  log: /* @__PURE__ */ hooksOption<Hooks<never>>(),
}
const HANDLER = { ...LISTENER, timeout: /* @__PURE__ */ duration(0, 0) }

/** What holds for one procedure, or one type of message; hooks are those that count. */
export interface Rules {
  readonly use: readonly Layer[]
  /** Milliseconds; 0 for none. */
  readonly timeout: number
  readonly received: Hook
  readonly sent: Hook
  readonly error: Hook
}

/** Reads the options of a procedure, or of a message, which has no time-out. @throws {WseError} `INVALID_OPTION` */
export function rulesOf(
  given: HandlerOptions<unknown, never> | undefined,
  general: HooksOption<never>,
  isCall: boolean,
): Rules {
  const { use, log, timeout = 0 } = groupOf('options', given as object, isCall ? HANDLER : LISTENER) as Read
  const levels = [log, general]
  const [received, sent, error] = [hookOf('received', levels), hookOf('sent', levels), hookOf('error', levels)]
  return { use: [...use], timeout, received, sent, error }
}

interface Read {
  readonly use: readonly Layer[]
  readonly log: HooksOption<never>
  readonly timeout?: number
}

/** @throws {WseError} `INVALID_OPTION` */
export function checkLayer(layer: unknown): asserts layer is Layer {
  if (!isFunction(layer)) throw invalidOption('use', 'takes a function')
}
