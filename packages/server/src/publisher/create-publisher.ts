import type { AnyContract } from '@wse/protocol'
import type { TypedServer } from '../contract/typed-server.js'
import type { PublisherOptions } from './options.js'
import { WsePublisher } from './wse-publisher.js'

/** What a contract types of a publisher. */
type Typed = 'broadcast' | 'call' | 'publish' | 'reply' | 'send' | 'to'

/** A publisher with a contract: its names and types are known. */
export type TypedPublisher<C extends AnyContract> = Omit<WsePublisher, Typed> & Pick<TypedServer<C>, Typed>

/** A publisher: of a contract, or of none. */
export type PublisherOf<C extends AnyContract> = string extends keyof C['server']['calls']
  ? WsePublisher
  : TypedPublisher<C>

/** Options of a publisher, with what the compiler takes from its contract. */
export interface TypedPublisherOptions<C extends AnyContract> extends Omit<PublisherOptions, 'contract'> {
  /** What both ends agreed on, by `defineContract()`; it brings its topics. @default none, any name goes */
  contract?: C | undefined
}

/**
 * Reaches the people and topics of servers from a process that is none: a job, a worker, a script. It joins them by a
 * backplane of its own.
 *
 * @throws {WseError} `INVALID_OPTION`, `INVALID_NAME`
 * @example
 * const publisher = createPublisher({ backplane: redisBackplane({ shards: ['redis://127.0.0.1'] }) })
 * await publisher.ready()
 * publisher.send('ann', 'invoice', { id: 7 })
 * const { ok } = await publisher.publish('orders:eu', 'paid', { id: 7 })
 * await publisher.close()
 */
export function createPublisher<C extends AnyContract = AnyContract>(
  options: TypedPublisherOptions<C>,
): PublisherOf<C> {
  return new WsePublisher(options) as unknown as PublisherOf<C>
}
