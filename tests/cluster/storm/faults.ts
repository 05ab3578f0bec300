import type { Place } from './surroundings.js'
import type { Town } from './town.js'

const place = (town: Town): Place => town.pick(town.places)

export function freeze(town: Town): void {
  if (town.isFrozen) return
  town.isFrozen = true
  town.note('freeze')
  town.hub.freeze()
}

export function thaw(town: Town): void {
  if (!town.isFrozen) return
  town.isFrozen = false
  town.note('thaw')
  town.hub.thaw()
}

export function freezeOne(town: Town): void {
  const one = place(town)
  town.note(`freeze ${town.places.indexOf(one)}`)
  one.isFrozen = true
  town.hub.freeze(one.backplane)
}

export function thawOne(town: Town): void {
  for (const one of town.places) {
    if (!one.isFrozen || town.odds(1, 3)) continue
    town.note(`thaw ${town.places.indexOf(one)}`)
    one.isFrozen = false
    town.hub.thaw(one.backplane)
  }
}

export function lose(town: Town): void {
  town.wasLost = true
  town.note('lose')
  town.hub.lose()
}

/** All is well from now on. */
export function heal(town: Town): void {
  thaw(town)
  for (const one of town.places) {
    one.isFrozen = false
    town.hub.thaw(one.backplane)
  }
  town.note('healed')
}
