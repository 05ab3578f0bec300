import { invalidOption } from '../limits/option.js'
import type { AnyContract } from './contract.js'
import type { Guard } from './guard.js'
import type { Outgoing } from './outgoing.js'
import type { Side } from './shape.js'

/** Reads the option `contract`: what one end keeps of it; null without one. @throws {WseError} `INVALID_OPTION` */
export function guardOption(contract: unknown, side: Side, outgoing: Outgoing | undefined): Guard | null {
  if (contract === undefined || contract === null) return null
  const { guard } = contract as { guard?: unknown }
  if (typeof guard !== 'function') throw invalidOption('contract', 'takes what defineContract() returned')
  return (contract as AnyContract).guard(side, { outgoing })
}
