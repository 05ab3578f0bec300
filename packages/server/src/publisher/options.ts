import type { AnyContract, Clock, Outgoing } from '@wse/protocol'
import type { Backplane } from '@wse/protocol/backplane'
import {
  type Codec,
  codecOf,
  type Guard,
  guardOption,
  invalidOption,
  optionGroup,
  type Protocol,
  protocolsOption,
  rpcTimeout,
} from '@wse/protocol/internal'
import { backplaneOption } from '../backplane/option.js'
import { serverClock } from '../clock/server-clock.js'
import type { HistoryOptions } from '../topics/definition.js'

/** What a publisher has to know of a topic: the same as its servers. */
export interface PublisherTopic {
  /** What is kept. @default false, nothing */
  history?: boolean | HistoryOptions | undefined
}

/** How a publisher is made. */
export interface PublisherOptions {
  /** What joins it to the servers, such as `redisBackplane()`; one of its own. Required. */
  backplane: Backplane
  /** Message protocols the servers speak, as in their option. @default JSON */
  protocol?: Protocol | readonly Protocol[] | undefined
  /** What both ends agreed on, by `defineContract()`; it brings its topics. @default none */
  contract?: AnyContract | undefined
  /** When what leaves is checked by the contract as well. @default 'development', unless NODE_ENV is production */
  outgoing?: Outgoing | undefined
  /** Topics with history by their templates, as the servers have them. @default none but those of the contract */
  topics?: Readonly<Record<string, PublisherTopic>> | undefined
  /** Seconds after which a call to a client is given up; 0 for never. @default 20 */
  tO?: number | undefined
  /** Time and chance, for tests. @default the system's */
  clock?: Clock | undefined
}

/** Options as they are in force. */
export interface PublisherSettings {
  readonly backplane: Backplane
  readonly codecs: readonly Codec[]
  readonly guard: Guard | null
  readonly topics: ReadonlyMap<string, PublisherTopic>
  readonly timeout: number
  readonly clock: Clock
}

/** @throws {WseError} `INVALID_OPTION` */
export function publisherSettings(options: PublisherOptions): PublisherSettings {
  const { backplane, protocol, contract, outgoing, topics, tO, clock = serverClock } = options ?? {}
  const given = backplaneOption('backplane', backplane)
  if (given === null) throw invalidOption('backplane', 'is required')
  const agreed = Object.keys(contract?.topics ?? {}).map((template): [string, PublisherTopic] => [template, {}])
  const own = Object.entries(optionGroup<object>('topics', topics)) as [string, PublisherTopic][]
  return {
    backplane: given,
    codecs: protocolsOption(protocol).map((one) => codecOf(one, (data) => data)),
    guard: guardOption(contract, 'server', outgoing),
    topics: new Map<string, PublisherTopic>([...agreed, ...own]),
    timeout: rpcTimeout(tO),
    clock,
  }
}
