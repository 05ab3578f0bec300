import type { AnswerTo, AnyContract, QuestOf, ReceivedLoosely, SentLoosely } from '@wse/protocol'

/** What a client of a contract shows to be let in. */
export type IdentityOf<C extends AnyContract> = SentLoosely<C['identity']>

/** What it says about itself. */
export type MetaOf<C extends AnyContract> = SentLoosely<C['meta']>

/** What it is welcomed with. */
export type WelcomeOf<C extends AnyContract> = ReceivedLoosely<C['welcome']>

/** Where an identity comes from: a value, or a function that is asked at every attempt. */
export type IdentitySource<Identity> =
  | Identity
  | ((attempt: { url: string; attempt: number }) => Identity | PromiseLike<Identity>)

/** Arguments of `connect`: what may be left out is what may be undefined, and meta that may be empty. */
export type ConnectArgs<C extends AnyContract> =
  Record<never, never> extends MetaOf<C>
    ? undefined extends IdentityOf<C>
      ? [identity?: IdentitySource<IdentityOf<C>>, meta?: MetaOf<C>]
      : [identity: IdentitySource<IdentityOf<C>>, meta?: MetaOf<C>]
    : // What is left out is empty, so where it may not be empty it is given.
      [identity: IdentitySource<IdentityOf<C>>, meta: Exclude<MetaOf<C>, undefined>]

/** Answers a challenge of the contract: by calling `solve` once, at once or later. */
export type TypedChallengeSolver<C extends AnyContract> = (
  quest: ReceivedLoosely<QuestOf<C>>,
  solve: (answer: SentLoosely<AnswerTo<C>>) => void,
) => unknown
