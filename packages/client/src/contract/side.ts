import type { AnyContract } from '@wse/protocol'

/** Calls a client answers. */
export type Answers<C extends AnyContract> = C['client']['calls']

/** Calls it may ask of its server. */
export type Asks<C extends AnyContract> = C['server']['calls']

/** Messages it hears. */
export type Hears<C extends AnyContract> = C['client']['messages']

/** Messages it may send. */
export type Says<C extends AnyContract> = C['server']['messages']
