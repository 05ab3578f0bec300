import type { AnyContract, ClientSide } from '@wse/protocol'

/** Calls a client answers. */
export type Answers<C extends AnyContract> = ClientSide<C>['answers']

/** Calls it may ask of its server. */
export type Asks<C extends AnyContract> = ClientSide<C>['asks']

/** Messages it hears. */
export type Hears<C extends AnyContract> = ClientSide<C>['hears']

/** Messages it may send. */
export type Says<C extends AnyContract> = ClientSide<C>['says']
