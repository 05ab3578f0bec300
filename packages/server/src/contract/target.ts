import type {
  AnyContract,
  AnyRpc,
  EventName,
  Filled,
  MessageArgs,
  MessageName,
  Received,
  ReceivedLoosely,
  Rpcs,
  SendOptions,
  Sent,
  TemplateOf,
  TopicName,
  TopicOf,
} from '@wse/protocol'
import type { DeviceCallOptions, TargetAnswer } from '../people/asking.js'
import type { Exception } from '../people/excepted.js'
import type { DeviceInfo } from '../people/member.js'
import type { WseConnection } from '../people/people.js'
import type { SendReport } from '../people/report.js'
import type { Target } from '../people/target.js'
import type { PublishOptions } from '../topics/publication.js'
import type { Asks, Says } from './side.js'

/** Names of what several devices may be asked: whatever gives one result, and needs no items that are read once. */
export type SharedCallName<Calls extends Rpcs> = {
  [Name in keyof Calls]: undefined extends Calls[Name]['items'] & Calls[Name]['chunks'] ? Name : never
}[keyof Calls]

/** What follows the name of a call to devices. An input that may be undefined may be left out. */
export type DeviceCallArgs<R extends AnyRpc, Options> =
  undefined extends Sent<R['input']>
    ? [input?: Sent<R['input']>, options?: Options]
    : [input: Sent<R['input']>, options?: Options]

/** A {@link Target} of a server with a contract. */
export interface TypedTarget<C extends AnyContract> extends Target<WseConnection> {
  /** The same without some: users, devices, or a list of them. */
  except(exception: Exception): TypedTarget<C>
  /** Sends a message of the contract to all of them, encoded once. */
  send<Type extends MessageName<Says<C>>>(type: Type, ...args: MessageArgs<Says<C>[Type], SendOptions>): SendReport
  /** Publishes an event of the contract to those of them alone that are subscribed to the topic. */
  publish<Name extends TopicName<TemplateOf<C>>, Event extends EventName<TopicOf<C, Name>>>(
    topic: Name & Filled<Name>,
    event: Event,
    ...args: MessageArgs<TopicOf<C, Name>['events'][Event], PublishOptions>
  ): SendReport
  /** Calls a procedure of the contract on one device of each user, or on all. */
  call<Name extends SharedCallName<Asks<C>> & string>(
    rp: Name,
    ...args: DeviceCallArgs<Asks<C>[Name], DeviceCallOptions>
  ): Promise<TargetAnswer<Received<Asks<C>[Name]['output']>>[]>
  /** What is known of each device. */
  devices(): Promise<DeviceInfo<ReceivedLoosely<C['meta']>>[]>
}
