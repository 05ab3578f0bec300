/** For type tests: whether two types are one. `same<Found, Wanted>()` compiles only then. */
export type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false

export const same = <One, Other>(..._same: Same<One, Other> extends true ? [] : [different: never]) => {}
