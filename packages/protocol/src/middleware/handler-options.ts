import { duration, invalidOption, knownMembers, optionGroup } from '../limits/option.js'
import type { HooksOption } from '../logging/hooks.js'
import { hooksOption } from '../logging/hooks-option.js'
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

/** Options as they are in force. */
export interface OwnRules {
  readonly use: readonly Layer[]
  readonly log: HooksOption<never>
  readonly timeout: number | undefined
}

/** What holds for everything that has no rules of its own. */
export const NO_RULES: OwnRules = { use: [], log: undefined, timeout: undefined }

/** Checks the options of a procedure, or of a message. @throws {WseError} `INVALID_OPTION` */
export function ownRules(given: HandlerOptions<unknown, never> | undefined, isCall: boolean): OwnRules {
  if (given === undefined) return NO_RULES
  const { use, log, timeout } = optionGroup('options', given)
  knownMembers('options', given, isCall ? ['use', 'log', 'timeout'] : ['use', 'log'])
  return {
    use: layersOption(use),
    log: hooksOption('log', log),
    timeout: timeout === undefined ? undefined : duration(1)('timeout', timeout),
  }
}

function layersOption(given: unknown = []): readonly Layer[] {
  if (!Array.isArray(given)) throw invalidOption('use', 'takes an array of functions')
  for (const layer of given) checkLayer(layer)
  return [...given]
}

/** @throws {WseError} `INVALID_OPTION` */
export function checkLayer(layer: unknown): asserts layer is Layer {
  if (typeof layer !== 'function') throw invalidOption('use', 'takes functions')
}
