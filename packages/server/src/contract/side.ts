import type { AnyContract, ServerSide } from '@wse/protocol'

/** Calls a server answers. */
export type Answers<C extends AnyContract> = ServerSide<C>['answers']

/** Calls it may ask of its clients. */
export type Asks<C extends AnyContract> = ServerSide<C>['asks']

/** Messages it hears. */
export type Hears<C extends AnyContract> = ServerSide<C>['hears']

/** Messages it may send. */
export type Says<C extends AnyContract> = ServerSide<C>['says']
