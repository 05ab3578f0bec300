import type { AnyContract } from '@wse/protocol'

/** Calls a server answers. */
export type Answers<C extends AnyContract> = C['server']['calls']

/** Calls it may ask of its clients. */
export type Asks<C extends AnyContract> = C['client']['calls']

/** Messages it hears. */
export type Hears<C extends AnyContract> = C['server']['messages']

/** Messages it may send. */
export type Says<C extends AnyContract> = C['client']['messages']
