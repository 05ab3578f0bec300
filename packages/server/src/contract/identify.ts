import type { AnswerTo, AnyContract, QuestOf, ReceivedLoosely, SentLoosely } from '@wse/protocol'
import type { AcceptOptions, IdentifyContext } from '../handshake/identify.js'
import type { Cid } from '../people/cid.js'
import type { Carried } from './context.js'

/** What `identify` is given by a server with a contract. */
export interface TypedIdentifyContext<C extends AnyContract> extends IdentifyContext {
  readonly identity: ReceivedLoosely<C['identity']>
  readonly meta: ReceivedLoosely<C['meta']>
  readonly challenge: TypedChallenge<C> | null
  readonly context: Carried<C>
  /** Lets the client in as user `cid`, with the welcome of the contract. A falsy `cid` refuses it. */
  accept<Who extends Cid | false | null | undefined>(cid: Who, ...args: AcceptArgs<Who, C>): void
}

/** Says who a client is, as `Identify` does, with what a contract knows of it. */
export type TypedIdentify<C extends AnyContract> = (context: TypedIdentifyContext<C>) => unknown

/** What was put to a client, and what it answered. */
export interface TypedChallenge<C extends AnyContract> {
  readonly quest: SentLoosely<QuestOf<C>>
  readonly response: ReceivedLoosely<AnswerTo<C>>
}

/** Puts a challenge of the contract to a client. */
export type TypedChallengeGenerator<C extends AnyContract> = (
  identity: ReceivedLoosely<C['identity']>,
  meta: ReceivedLoosely<C['meta']>,
  quest: (quest: SentLoosely<QuestOf<C>>) => void,
  refuse: () => void,
) => unknown

/** Who is refused needs no welcome; nor does one of a contract that takes `undefined` for it. */
type AcceptArgs<Who, C extends AnyContract> = [Extract<Who, Cid>] extends [never]
  ? []
  : undefined extends SentLoosely<C['welcome']>
    ? [welcome?: SentLoosely<C['welcome']>, options?: AcceptOptions]
    : [welcome: SentLoosely<C['welcome']>, options?: AcceptOptions]
