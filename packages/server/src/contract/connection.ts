import type {
  AnyContract,
  CallArgs,
  CallName,
  ErrorOf,
  MessageArgs,
  MessageName,
  Outcome,
  Received,
  ReceivedLoosely,
  SendOptions,
  SendResult,
  StreamName,
} from '@wse/protocol'
import type { DeviceCallOptions, DeviceChoice, TargetAnswer } from '../people/asking.js'
import type { DeviceInfo } from '../people/member.js'
import type { WseConnection, WseIdentity } from '../people/people.js'
import type { Asks, Says } from './side.js'
import type { DeviceCallArgs, SharedCallName, TypedTarget } from './target.js'

/**
 * A {@link WseConnection} of a server with a contract.
 *
 * @example
 * const ask = (conn: TypedConnection<typeof chat>) => conn.call('confirm', 'Shall we?') // a promise of a boolean
 */
export interface TypedConnection<C extends AnyContract> extends WseConnection {
  readonly client: TypedIdentity<C>
  readonly identity: ReceivedLoosely<C['identity']>
  readonly meta: ReceivedLoosely<C['meta']>
  /** The other devices of the same user. */
  readonly others: TypedTarget<C>
  /** Sends a message of the contract to this device. */
  send<Type extends MessageName<Says<C>>>(type: Type, ...args: MessageArgs<Says<C>[Type], SendOptions>): SendResult
  /** Calls a procedure of the contract; resolves with its result. */
  call<Name extends CallName<Asks<C>> & string>(
    rp: Name,
    ...args: CallArgs<Asks<C>[Name]>
  ): Promise<Received<Asks<C>[Name]['output']>>
  /** Calls a procedure and tells how it ended, with the errors of the contract typed by their codes. */
  try<Name extends CallName<Asks<C>> & string>(
    rp: Name,
    ...args: CallArgs<Asks<C>[Name]>
  ): Promise<Outcome<Received<Asks<C>[Name]['output']>, ErrorOf<Asks<C>[Name]['errors']>>>
  /** Calls a procedure that gives items; what the iteration returns is its result. */
  stream<Name extends StreamName<Asks<C>> & string>(
    rp: Name,
    ...args: CallArgs<Asks<C>[Name]>
  ): AsyncIterableIterator<Received<Asks<C>[Name]['items']>, Received<Asks<C>[Name]['output']>, undefined>
}

/** A {@link WseIdentity} of a server with a contract. */
export interface TypedIdentity<C extends AnyContract> extends WseIdentity {
  readonly meta: ReceivedLoosely<C['meta']>
  readonly conns: Map<string, TypedConnection<C>>
  /** What is known of each device of this user, oldest first. */
  readonly devices: DeviceInfo<ReceivedLoosely<C['meta']>>[]
  /** Calls a procedure of the contract on a device of this user, or on all. */
  call<Name extends SharedCallName<Asks<C>> & string, const Choice extends DeviceChoice = 'latest'>(
    rp: Name,
    ...args: DeviceCallArgs<Asks<C>[Name], DeviceCallOptions<Choice>>
  ): Promise<
    Choice extends 'all' ? TargetAnswer<Received<Asks<C>[Name]['output']>>[] : Received<Asks<C>[Name]['output']>
  >
  /** Sends a message of the contract to all devices of this user. */
  send<Type extends MessageName<Says<C>>>(type: Type, ...args: MessageArgs<Says<C>[Type], SendOptions>): SendResult
}
