import type { Guard, GuardOptions } from './guard.js'
import type { ContractParts, ContractShape, Side } from './shape.js'

/** What both ends keep to. */
export interface AnyContract extends ContractShape {
  /** Short text of what it consists of; the ends compare theirs. */
  readonly hash: string
  /** What one end does to keep it, for the packages of this project. */
  guard(side: Side, options?: GuardOptions): Guard
}

type None = Record<never, never>
type Member<Parts, Name extends string, Otherwise> = Parts extends { readonly [N in Name]: infer Value }
  ? Value
  : Otherwise

interface SideOf<Parts> {
  readonly calls: Member<Parts, 'calls', None>
  readonly messages: Member<Parts, 'messages', None>
}

/** A contract of these parts, as {@link AnyContract} with all types known. */
export interface Contract<Parts extends ContractParts> {
  readonly identity: Member<Parts, 'identity', undefined>
  readonly meta: Member<Parts, 'meta', undefined>
  readonly welcome: Member<Parts, 'welcome', undefined>
  readonly challenge: Member<Parts, 'challenge', undefined>
  readonly server: SideOf<Parts['server']>
  readonly client: SideOf<Parts['client']>
  readonly topics: Member<Parts, 'topics', None>
  readonly hash: string
  guard(side: Side, options?: GuardOptions): Guard
}
